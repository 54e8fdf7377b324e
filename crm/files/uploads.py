"""The content of files, in one folder for each workspace: durable before its row."""

import errno
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from crm.db.durable_files import make_folder, write_durably, written_durably
from crm.db.stored_files import place_of
from crm.errors import Conflict, Full, Invalid, NotFound, Sentence, TooLarge, WrongType
from crm.files.filenames import safe_name
from crm.files.filetypes import TYPES, FileType, recognise
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.files import pictures
else:
    pictures = WhenUsed("crm.files.pictures")

CHUNK = 256 * 1024
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
    folder: Path,
    workspace_id: int,
    name: str,
    stream: IO[bytes],
    *,
    limit: int,
    picture: bool = False,
    types: Mapping[str, FileType] = TYPES,
) -> Iterator[Upload]:
    """Check the content, put it in its place, and remove it again when the block's rows did not take it in.

    Raises TooLarge over `limit` bytes, WrongType, Full. After a failure that leaves open whether the row
    was stored the file stays: the collector removes it when no row names it.
    """
    _check_size(stream, limit)
    kind = recognise(safe_name(name), stream, types)
    if picture and kind.picture is None:
        raise WrongType("A picture must be a PNG, JPEG, GIF or WebP file.")
    upload = _store(folder, workspace_id, safe_name(name), stream, kind)
    try:
        yield upload
    except (Conflict, Invalid, NotFound):
        remove_content(folder, upload.stored_name)
        raise
    if not upload.kept:
        remove_content(folder, upload.stored_name)


def content_path(folder: Path, stored_name: str, thumbnail: int | None = None) -> Path:
    """Raises LeadsOut for a name that Holdfast would never give."""
    path = place_of(folder, stored_name)
    return path.with_name(f"{path.name}.{thumbnail}") if thumbnail else path


def remove_content(folder: Path, stored_name: str) -> None:
    """The file and its thumbnails; any of them may be missing."""
    for size in (*pictures.THUMBNAILS, None):
        with suppress(FileNotFoundError):
            content_path(folder, stored_name, size).unlink()


def _store(folder: Path, workspace_id: int, name: str, stream: IO[bytes], kind: FileType) -> Upload:
    token = secrets.token_hex(16)
    stored_name = f"{workspace_id}/{token[:2]}/{token}"
    drawn = pictures.redraw(stream, kind.picture) if kind.picture else None
    try:
        make_folder(content_path(folder, stored_name).parent)
        size, sha256 = _write(folder, stored_name, stream, drawn)
    except OSError as error:
        remove_content(folder, stored_name)
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
    folder: Path, stored_name: str, stream: IO[bytes], drawn: "pictures.Picture | None"
) -> tuple[int, str]:
    """Thumbnails first: if the file itself is there, everything is."""
    if drawn is not None:
        stream = BytesIO(drawn.content)
        for side, content in drawn.thumbnails.items():
            write_durably(content_path(folder, stored_name, side), content)
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    with written_durably(content_path(folder, stored_name)) as out:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
