"""The pictures of cards become those of their clients: stored before the transaction that takes them in."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path

from crm.clients.client import get_client
from crm.clients.picture import set_picture
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore
from crm.db.transaction import Transaction
from crm.errors import Invalid, TooLarge, WrongType
from crm.exports.photos import Place, places_of
from crm.files.files import get_file
from crm.files.uploads import stored_upload
from crm.imports.entry import Entry
from crm.imports.interpreter import PHOTO
from crm.imports.matches import matches_for
from crm.imports.reading.photos import MOST_BYTES, photo_path
from crm.imports.record import Problem, Record

Carded = tuple[Record, Place | None]
"""A record, and the picture that its client has now."""
STARTS = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif"}


def with_new_photos(tx: Transaction, entry: Entry, records: Sequence[Record]) -> list[Carded]:
    """Those whose picture a client may take: not of who is here already and keeps what is there."""
    carded = [record for record in records if record.has_photo and not record.left_out]
    if entry.options.duplicates == "add" or not carded:
        return [(record, None) for record in carded]
    matches = matches_for(tx, entry.source, carded)
    found = [(record, matches.find(record)) for record in carded]
    if entry.options.duplicates == "skip":
        return [(record, None) for record, client_id in found if client_id is None]
    there = [(record, client_id and get_client(tx, client_id).picture_id) for record, client_id in found]
    places = places_of(tx, {picture_id for _, picture_id in there if picture_id})
    return [
        (record, places.get(picture_id or 0))
        for record, picture_id in there
        if picture_id is None or entry.options.overwrite
    ]


@contextmanager
def stored_photos(settings: Settings, actor: Actor, folder: Path, carded: Iterable[Carded]) -> Iterator[None]:
    """Those that no client took are removed afterwards; what is no picture is told. Raises Full and Busy.

    A picture that was exported is stored drawn anew, in other bytes: what is as it was exported stays.
    """
    store = file_store(settings)
    with ExitStack() as stack:
        for record, there in carded:
            content = photo_path(folder, record.row).read_bytes()
            if there is not None and _is_as_exported(store, there, content):
                continue
            try:
                _store(stack, store, actor, content, record)
            except (WrongType, TooLarge, Invalid) as error:
                record.problems.append(Problem(record.row, error.message, PHOTO))
        yield


def _is_as_exported(store: FileStore, there: Place, content: bytes) -> bool:
    exported = there.read(store)
    return exported is not None and exported.content == content


def _store(stack: ExitStack, store: FileStore, actor: Actor, content: bytes, record: Record) -> None:
    name = f"photo.{_ending_of(content[:16])}"
    workspace_id = int(actor.workspace_id or 0)
    stream = BytesIO(content)
    record.photo = stack.enter_context(
        stored_upload(store, workspace_id, name, stream, limit=MOST_BYTES, picture=True)
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
