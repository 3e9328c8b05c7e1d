"""A local server that speaks S3, for the tests, and two buckets of pictures in it."""

import socket
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import Storage, storages

from newsroom import environment


@pytest.fixture(scope="session")
def s3_server() -> str:
    """Its address. Moto, on a port of its own."""
    from moto.server import ThreadedMotoServer  # takes a second, which tests without it need not wait

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def move_pictures(settings, monkeypatch) -> Callable[[str], None]:
    """Puts the pictures of this test into two buckets of its own, at the address given; again to go elsewhere."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "newsroom")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    name = uuid.uuid4().hex[:12]
    names = {"bucket": f"pictures-{name}", "originals_bucket": f"originals-{name}"}

    def move(endpoint: str) -> None:
        chosen = environment.picture_storages(Path("unused"), endpoint=endpoint, region="eu-west-3", **names)
        settings.STORAGES = {**settings.STORAGES, **chosen}
        storages._storages = {}

    return move


@pytest.fixture
def s3(move_pictures, s3_server) -> Storage:
    """The storage of the renditions. Both buckets are there, empty and private."""
    move_pictures(s3_server)
    for alias in ("originals", "renditions"):
        region = {"LocationConstraint": "eu-west-3"}
        bucket = storages[alias].bucket_name
        client_of(alias).create_bucket(Bucket=bucket, CreateBucketConfiguration=region)
    return storages["renditions"]


@pytest.fixture
def closed_port() -> str:
    """An address where nobody listens, held so that nobody will."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def client_of(alias: str):
    """boto3's own client of one of our storages: what the test does in the store's name."""
    return storages[alias].connection.meta.client


def keys(alias: str) -> set[str]:
    """Every object of the bucket, by its whole key."""
    found = client_of(alias).list_objects_v2(Bucket=storages[alias].bucket_name)
    return {entry["Key"] for entry in found.get("Contents", [])}
