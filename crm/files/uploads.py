"""The content of files, apart for each workspace: durable before its row."""

import errno
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING

from crm.db.file_stores.store import FileStore, StoreAway
from crm.errors import Conflict, Full, Invalid, NotFound, Sentence, TooLarge, WrongType
from crm.files.filenames import safe_name
from crm.files.filetypes import TYPES, FileType, recognise
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.files import pictures
else:
    pictures = WhenUsed("crm.files.pictures")

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


@dataclass(slots=True)
class Upload:
    """A file in its place. The row that uses it sets `kept`; otherwise it is removed."""

    name: str
    media_type: str
    size: int
    sha256: str
    stored_name: str
    width: int | None = None
    height: int | None = None
    kept: bool = False

    def keep(self) -> None:
        self.kept = True


@contextmanager
def stored_upload(
    store: FileStore,
    workspace_id: int,
    name: str,
    stream: IO[bytes],
    *,
    limit: int,
    picture: bool = False,
    types: Mapping[str, FileType] = TYPES,
) -> Iterator[Upload]:
    """Check the content, put it in its place, and remove it again when the block's rows did not take it in.

    Raises TooLarge over `limit` bytes, WrongType, Full, StoreAway. After a failure that leaves open whether
    the row was stored the file stays: the collector removes it when no row names it.
    """
    _check_size(stream, limit)
    kind = recognise(safe_name(name), stream, types)
    if picture and kind.picture is None:
        raise WrongType("A picture must be a PNG, JPEG, GIF or WebP file.")
    upload = _put(store, workspace_id, safe_name(name), stream, kind)
    try:
        yield upload
    except (Conflict, Invalid, NotFound):
        _give_up(store, upload.stored_name)
        raise
    if not upload.kept:
        _give_up(store, upload.stored_name)


def content_name(stored_name: str, thumbnail: int | None = None) -> str:
    """What the store knows the content of a row by, or its thumbnail of that size."""
    return f"{stored_name}.{thumbnail}" if thumbnail else stored_name


def remove_content(store: FileStore, stored_name: str, *, durably: bool = False) -> None:
    """The file and its thumbnails; any of them may be missing."""
    for size in (*pictures.THUMBNAILS, None):
        store.remove(content_name(stored_name, size), durably=durably)


def _give_up(store: FileStore, stored_name: str) -> None:
    """What a store that is away keeps, the collector removes."""
    with suppress(StoreAway):
        remove_content(store, stored_name)


def _put(store: FileStore, workspace_id: int, name: str, stream: IO[bytes], kind: FileType) -> Upload:
    token = secrets.token_hex(16)
    stored_name = f"{workspace_id}/{token[:2]}/{token}"
    drawn = pictures.redraw(stream, kind.picture) if kind.picture else None
    try:
        size, sha256 = _write(store, stored_name, stream, drawn)
    except OSError as error:
        remove_content(store, stored_name)
        if error.errno in NO_ROOM:
            raise Full("The disk is full; the file was not saved.") from error
        raise
    width, height = (drawn.width, drawn.height) if drawn else (None, None)
    return Upload(name, kind.media_type, size, sha256, stored_name, width, height)


def _check_size(stream: IO[bytes], limit: int) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > limit:
        raise TooLarge(Sentence("The file is larger than {n} MB.", n=limit // (1024 * 1024)))
    if size == 0:
        raise Invalid.field("file", "is empty")


def _write(
    store: FileStore, stored_name: str, stream: IO[bytes], drawn: "pictures.Picture | None"
) -> tuple[int, str]:
    """Thumbnails first: if the file itself is there, everything is."""
    if drawn is not None:
        stream = BytesIO(drawn.content)
        for side, content in drawn.thumbnails.items():
            store.put(content_name(stored_name, side), BytesIO(content))
    stream.seek(0)
    return store.put(stored_name, stream)
