"""Contents of files in an S3-compatible store: sent and read in pieces, each request bounded in time."""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from crm.db.file_stores.away import Away
from crm.db.file_stores.pieces import Pieces
from crm.db.file_stores.store import CHUNK, OURS, Content, Leftover, StoreAway, checked
from crm.db.instance import UPLOADS_MARKER, load_instance
from crm.db.s3 import NOT_REACHED, Bucket, first_line, open_bucket

if TYPE_CHECKING:
    from obstore import ObjectMeta

PATIENCE, LOOKING = timedelta(seconds=10), timedelta(seconds=3)
PART = 5 * 1024 * 1024
"""The least that such stores take as a part; two are on their way at once."""


class BucketStore:
    """A FileStore. It is opened at first use, and again in each process: a fork must not share it.

    Its marker names the installation that it belongs to: another one would remove its files as unused.
    """

    def __init__(self, bucket: Bucket, database: Path) -> None:
        self._bucket = bucket
        self._database = database
        self._opened: dict[int, S3Store] = {}
        self._is_ours = False
        self._away = Away(PATIENCE.total_seconds())

    @property
    def address(self) -> str:
        return self._bucket.url

    @property
    def folder(self) -> Path | None:
        return None

    def path(self, name: str) -> Path | None:
        checked(name)
        return None

    def put(self, name: str, stream: IO[bytes]) -> tuple[int, str]:
        """In one request up to a part, else in parts of which nothing is seen until the last has come."""
        source = _Source(stream)
        chunks = iter(source)
        head = _up_to_a_part(chunks)
        whole = head if len(head) < PART else chain([head], chunks)
        with self._reached():
            self._refuse_others()
            obstore.put(self._store, checked(name), whole, chunk_size=PART, max_concurrency=2)
            arrived = obstore.head(self._store, name)["size"]
        if arrived != source.size:
            self.remove(name)
            raise StoreAway(self.address, f"only {arrived} of {source.size} bytes of {name} arrived")
        return source.size, source.digest.hexdigest()

    def open(self, name: str, sha256: str | None = None) -> Content:
        pieces = Pieces(partial(self._fetch, checked(name)), sha256)
        return Content(io.BufferedReader(pieces, CHUNK), pieces.size)

    def size(self, name: str) -> int | None:
        with suppress(FileNotFoundError), self._reached(may_miss=True):
            return int(obstore.head(self._store, checked(name))["size"])
        return None

    def remove(self, name: str, *, durably: bool = False) -> None:  # noqa: ARG002 - it is durable always
        with suppress(FileNotFoundError), self._reached(may_miss=True):
            obstore.delete(self._store, checked(name))

    def names(self) -> Iterator[tuple[str, int]]:
        for found in self._listed():
            yield found["path"], found["size"]

    def leftovers(self, before: float) -> Iterator[Leftover]:
        with self._reached():
            self._refuse_others()
        for found in self._listed():
            if found["last_modified"].timestamp() < before:
                name = found["path"]
                yield Leftover(name.partition(".")[0], partial(self.remove, name))

    def claim(self) -> None:
        instance = load_instance(self._database)
        if instance is not None:
            with self._reached():
                obstore.put(self._store, UPLOADS_MARKER, instance.instance_id.encode())

    def check(self) -> None:
        """With little patience: health asks."""
        with self._noted():
            self._refuse_others(open_bucket(self._bucket, patience=LOOKING))

    def _fetch(self, name: str, start: int, end: int) -> tuple[bytes, int]:
        with self._reached(may_miss=True):
            answer = obstore.get(self._store, name, options={"range": (start, end)})
            return bytes(answer.bytes()), answer.meta["size"]

    def _listed(self) -> "Iterator[ObjectMeta]":
        pages = iter(obstore.list(self._store, chunk_size=1000))
        while True:
            with self._reached():
                page = next(pages, None)
            if page is None:
                return
            yield from (found for found in page if OURS.fullmatch(found["path"]))

    def _refuse_others(self, store: S3Store | None = None) -> None:
        """Raises StoreAway where another installation is at home. Asks once, unless `store` is given."""
        instance = load_instance(self._database)
        if instance is None or (self._is_ours and store is None):
            return
        asked = store or self._store
        with suppress(AlreadyExistsError):
            if not _has_marker(asked):
                obstore.put(asked, UPLOADS_MARKER, instance.instance_id.encode(), mode="create")
        owner = bytes(obstore.get(asked, UPLOADS_MARKER).bytes()).decode("ascii", "replace").strip()
        if owner != instance.instance_id:
            raise StoreAway(self.address, "it belongs to another installation; name a folder of its own")
        self._is_ours = True

    @property
    def _store(self) -> S3Store:
        process = os.getpid()
        if process not in self._opened:
            self._opened = {process: open_bucket(self._bucket, patience=PATIENCE)}
        return self._opened[process]

    @contextmanager
    def _reached(self, *, may_miss: bool = False) -> Iterator[None]:
        """While it is away one request in a while tries it, and all others are refused at once."""
        reason = self._away.refusal()
        if reason:
            raise StoreAway(self.address, reason)
        with self._noted(may_miss=may_miss):
            yield

    @contextmanager
    def _noted(self, *, may_miss: bool = False) -> Iterator[None]:
        """What is missing and may not be is the bucket."""
        try:
            yield
        except FileNotFoundError as error:
            self._away.end()
            if may_miss:
                raise
            raise StoreAway(self.address, first_line(error)) from error
        except NOT_REACHED as error:
            self._away.note(first_line(error))
            raise StoreAway(self.address, first_line(error)) from error
        self._away.end()


class _Source:
    """What is left of a stream, with its size and digest once it was read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._stream.read(CHUNK):
            self.digest.update(chunk)
            self.size += len(chunk)
            yield chunk


@cache
def bucket_store(bucket: Bucket, database: Path) -> BucketStore:
    """One for the whole process, with its connections."""
    return BucketStore(bucket, database)


def _up_to_a_part(chunks: Iterator[bytes]) -> bytes:
    head = bytearray()
    for chunk in chunks:
        head += chunk
        if len(head) >= PART:
            break
    return bytes(head)


def _has_marker(store: S3Store) -> bool:
    try:
        obstore.head(store, UPLOADS_MARKER)
    except FileNotFoundError:
        return False
    return True
