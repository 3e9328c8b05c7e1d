"""Pictures in S3-compatible storage, through django-storages. Only what requirements-s3.txt installs can import this.

Every object is written by one request, which the store carries out whole or not at all; nothing here gives away an
address of the store. An error of the line or the store is `Unavailable`, a missing object FileNotFoundError.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from types import SimpleNamespace

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from media.storage import unavailable

_MISSING = ("NoSuchKey", "404")  # the second one is of HEAD, which has no body to say more


def client_config(*, is_aws: bool) -> Config:
    """Seconds and tries that let an upload be answered; what other stores than Amazon's understand."""
    checksums = "when_supported" if is_aws else "when_required"
    return Config(
        connect_timeout=2,
        read_timeout=10,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=32,
        signature_version="s3v4",
        s3={"addressing_style": "auto" if is_aws else "path"},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raises FileNotFoundError and Unavailable for what botocore raises."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise FileNotFoundError(str(error)) from error
        raise unavailable(error) from error
    except BotoCoreError as error:
        raise unavailable(error) from error


class S3Pictures(S3Storage):
    """One bucket. `base_url` is where the newsroom itself serves its files; None: they have no address."""

    def __init__(self, **options):
        config = client_config(is_aws=not options.get("endpoint_url"))
        super().__init__(**{"client_config": config, "file_overwrite": True, **options})
        # One client for every thread: it is made to be shared, and under ASGI each request has a thread of its own.
        self._connections = SimpleNamespace()

    def get_default_settings(self) -> dict:
        return {**super().get_default_settings(), "base_url": None}

    def url(self, name: str, *args, **kwargs) -> str:
        if self.base_url is None:
            raise ValueError("This file is not accessible via a URL.")
        return self.base_url + filepath_to_uri(name)

    @in_our_words()
    def move(self, source: str, target: str) -> None:
        """Renames a file within the store, replacing what stood there. Raises FileNotFoundError."""
        self._client.copy_object(CopySource=self._address(source), **self._address(target))
        with suppress(OSError):  # the file is where it belongs; the sweep finds what is left of the other
            self.delete(source)

    def trouble(self) -> str:
        """Why the bucket should not be used, partly in the store's words; empty: all is well."""
        try:
            self._client.head_bucket(Bucket=self.bucket_name)
            with suppress(ClientError):  # not every store can tell, and not every key may ask
                status = self._client.get_bucket_policy_status(Bucket=self.bucket_name)
                return "Its policy makes it public." if status["PolicyStatus"]["IsPublic"] else ""
        except (ClientError, BotoCoreError) as error:
            return str(error)
        return ""

    @in_our_words()
    def delete(self, name: str) -> None:
        super().delete(name)

    @in_our_words()
    def exists(self, name: str) -> bool:
        return super().exists(name)

    @in_our_words()
    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return super().listdir(path)

    @in_our_words()
    def size(self, name: str) -> int:
        return super().size(name)

    @in_our_words()
    def get_modified_time(self, name: str) -> datetime:
        return super().get_modified_time(name)

    @in_our_words()
    def _open(self, name: str, mode: str = "rb") -> File:
        """The whole file, fetched now: what fails, fails here and not in the middle of an answer."""
        return ContentFile(self._client.get_object(**self._address(name))["Body"].read(), name)

    @in_our_words()
    def _save(self, name: str, content: File) -> str:
        """One PUT, never in parts: parts of a cut upload would stay in the bucket, unseen."""
        content.seek(0)
        self._client.put_object(
            **self._address(name), Body=content, **self._get_write_parameters(name, content)
        )
        return name

    @property
    def _client(self):
        return self.connection.meta.client

    def _address(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(clean_name(name))}
