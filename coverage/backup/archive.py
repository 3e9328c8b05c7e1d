"""A backup's own form: a tar. `backup.json` says what it is, then come database, pictures and keys, and at the end
`MANIFEST.sha256` with the SHA-256 of each file, as `sha256sum -c` reads it.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from coverage.backup.errors import NotRestored
from coverage.interchange.archive import manifest

FORMAT = 1
ABOUT = "backup.json"
SAID = {"at", "database", "migrations", "buckets", "files", "keys"}
BUFFER = 256 * 1024  # bytes, a multiple of tar's 512
PRIVATE = 0o600
CUT = "This file was cut short or changed, or is no backup. Take another one."


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Hashed:
    """Reads a file and hashes what it gave."""

    def __init__(self, file: Readable):
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


class _Unpacked(_Hashed):
    """Raises NotRestored where the tar ends in the middle of a file."""

    def read(self, size: int = -1, /) -> bytes:
        try:
            return super().read(size)
        except tarfile.TarError as error:
            raise NotRestored(CUT) from error


class Writer:
    """Files go in one after the other, and are hashed on their way. Without `finish` it is no backup."""

    def __init__(self, out: Any, about: dict):
        self.tar = tarfile.open(fileobj=out, mode="w|", bufsize=BUFFER, dereference=True)  # noqa: SIM115
        self.digests: dict[str, str] = {}
        self._add_bytes(ABOUT, json.dumps({"format": FORMAT, **about}, indent=1).encode())

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *error) -> None:
        self.tar.__exit__(*error)

    def add(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._add(self.tar.gettarinfo(arcname=name, fileobj=file), file)

    def finish(self) -> None:
        self._add_bytes(manifest.NAME, manifest.text_of(self.digests).encode())
        self.tar.close()

    def _add_bytes(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        self._add(info, io.BytesIO(content))

    def _add(self, info: tarfile.TarInfo, file: BinaryIO) -> None:
        info.mode, info.mtime, info.uid, info.gid, info.uname, info.gname = (
            PRIVATE,
            int(info.mtime),
            0,
            0,
            "",
            "",
        )
        hashed = _Hashed(file)
        self.tar.addfile(info, hashed)
        self.digests[info.name] = hashed.digest.hexdigest()


class Reader:
    """A backup from its beginning to its end, once. Raises NotRestored for what is none, or not whole."""

    def __init__(self, file: Readable):
        try:
            self.tar = tarfile.open(fileobj=file, mode="r|", bufsize=BUFFER)  # noqa: SIM115 - closed with its file
            self.digests: dict[str, str] = {}
            name, content = next(self._members())
        except (tarfile.TarError, StopIteration) as error:
            raise NotRestored(CUT) from error
        if name != ABOUT:
            raise NotRestored("This is a tar file, and no backup of a newsroom.")
        self.about = self._read_about(self._whole(name, content))

    def files(self) -> Iterator[tuple[str, Readable]]:
        """Each file's name and content, which has to be read before the next one is asked for.

        At the end it has compared all of them with the manifest.
        """
        try:
            for name, content in self._members():
                if name == manifest.NAME:
                    self._compare(content.read().decode("utf-8", "replace"))
                    return
                hashed = _Unpacked(content)
                yield name, hashed
                self.digests[name] = hashed.digest.hexdigest()
        except tarfile.TarError as error:
            raise NotRestored(CUT) from error
        raise NotRestored(CUT)

    def _members(self) -> Iterator[tuple[str, Readable]]:
        while (member := self.tar.next()) is not None:
            if not member.isreg() or not manifest.is_below(member.name):
                raise NotRestored(f"This file holds {member.name!r}, which no backup does. Take another one.")
            yield member.name, self.tar.extractfile(member)

    def _whole(self, name: str, content: Readable) -> bytes:
        hashed = _Unpacked(content)
        data = hashed.read()
        self.digests[name] = hashed.digest.hexdigest()
        return data

    def _read_about(self, data: bytes) -> dict:
        try:
            about = json.loads(data)
            is_whole = about["format"] != FORMAT or about.keys() >= SAID
        except (ValueError, KeyError, TypeError) as error:
            raise NotRestored(CUT) from error
        if not is_whole:
            raise NotRestored(CUT)
        if about["format"] != FORMAT:
            raise NotRestored(
                f"This backup has the form {about['format']}, and this newsroom reads form {FORMAT}. "
                "Update the newsroom's code, then restore."
            )
        return about

    def _compare(self, text: str) -> None:
        expected = dict(reversed(line.split("  ", 1)) for line in text.splitlines() if "  " in line)
        if wrong := sorted(
            {name for name, _ in expected.items() ^ self.digests.items()},
            key=lambda name: (name == ABOUT, name),
        ):
            raise NotRestored(
                f"{len(wrong)} files of this backup are not as they were backed up ({wrong[0]}). Take another one."
            )
