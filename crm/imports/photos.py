"""The pictures of cards become those of their clients: stored before the transaction that takes them in."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crm.clients.client import get_client
from crm.clients.picture import set_picture
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.errors import Invalid, TooLarge, WrongType
from crm.files.files import get_file
from crm.files.uploads import stored_upload
from crm.imports.entry import Entry
from crm.imports.interpreter import PHOTO
from crm.imports.matches import matches_for
from crm.imports.reading.photos import MOST_BYTES, photo_path
from crm.imports.record import Problem, Record

STARTS = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif"}


def with_new_photos(tx: Transaction, entry: Entry, records: Sequence[Record]) -> list[Record]:
    """Those whose picture a client may take: not of who is here already and keeps what is there."""
    carded = [record for record in records if record.has_photo and not record.left_out]
    if entry.options.duplicates == "add" or not carded:
        return carded
    matches = matches_for(tx, entry.source, carded)
    return [record for record in carded if _may_take(tx, entry, matches.find(record))]


def _may_take(tx: Transaction, entry: Entry, client_id: int | None) -> bool:
    if client_id is None:
        return True
    if entry.options.duplicates == "skip":
        return False
    return entry.options.overwrite or get_client(tx, client_id).picture_id is None


@contextmanager
def stored_photos(
    settings: Settings, actor: Actor, folder: Path, records: Iterable[Record]
) -> Iterator[None]:
    """Those that no client took are removed afterwards; what is no picture is told. Raises Full and Busy."""
    with ExitStack() as stack:
        for record in records:
            try:
                _store(stack, settings, actor, folder, record)
            except (WrongType, TooLarge, Invalid) as error:
                record.problems.append(Problem(record.row, error.message, PHOTO))
        yield


def _store(stack: ExitStack, settings: Settings, actor: Actor, folder: Path, record: Record) -> None:
    stream = stack.enter_context(photo_path(folder, record.row).open("rb"))
    name = f"photo.{_ending_of(stream.read(16))}"
    record.photo = stack.enter_context(
        stored_upload(
            file_store(settings),
            int(actor.workspace_id or 0),
            name,
            stream,
            limit=MOST_BYTES,
            picture=True,
        )
    )


def _ending_of(head: bytes) -> str:
    """Cards often say a wrong type, or none."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((ending for start, ending in STARTS.items() if head.startswith(start)), "png")


def take_photo(tx: Transaction, record: Record, client_id: int, *, overwrite: bool = False) -> bool:
    """Whether it became the client's picture: of one without, or in place of another one."""
    if record.photo is None:
        return False
    there = get_client(tx, client_id).picture_id
    if there is not None and (not overwrite or get_file(tx, there).sha256 == record.photo.sha256):
        return False
    set_picture(tx, client_id, record.photo)
    return True
