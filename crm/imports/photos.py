"""The pictures of cards become those of their clients: stored before the transaction that takes them in."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crm.clients.client import get_client
from crm.clients.picture import set_picture
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.errors import Invalid, TooLarge, WrongType
from crm.files.files import get_file
from crm.files.uploads import stored_upload
from crm.imports.interpreter import PHOTO
from crm.imports.reading.photos import MOST_BYTES, photo_path
from crm.imports.record import Problem, Record

STARTS = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif"}


@contextmanager
def stored_photos(
    settings: Settings, actor: Actor, folder: Path, records: Iterable[Record]
) -> Iterator[None]:
    """Those that no client took are removed afterwards; what is no picture is told. Raises Full and Busy."""
    with ExitStack() as stack:
        for record in records:
            if record.has_photo and not record.left_out:
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
            settings.upload_folder,
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
