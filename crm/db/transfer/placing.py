"""The files of an import: in place before the rows that name them, gone again when those do not come."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from crm.db.backup.manifest import Entry
from crm.db.backup.uploads import is_whole
from crm.db.file_stores.store import FileStore, StoreAway
from crm.db.stored_files import StoredFile
from crm.db.transfer.archive import TransferFailed
from crm.db.transfer.reading import ArchiveReader

LookAtFile = Callable[[str, Path], None]


@contextmanager
def placed_files(reader: ArchiveReader, store: FileStore, look: LookAtFile, beside: Path) -> Iterator[None]:
    """Each is unpacked in the folder `beside` and looked at first. Raises TransferFailed."""
    made: list[str] = []
    try:
        for entry in reader.files():
            if not _is_placed(store, entry):
                _place(reader, store, entry, look, beside)
                made.append(entry.path)
        yield
    except BaseException as error:
        for name in made:
            with suppress(StoreAway):
                store.remove(name)
        if isinstance(error, StoreAway):
            raise TransferFailed(f"The store of files does not answer: {error.reason}.") from error
        raise


def _is_placed(store: FileStore, entry: Entry) -> bool:
    if is_whole(store, StoredFile(entry.path, entry.size, entry.sha256)):
        return True
    if store.size(entry.path) is not None:
        raise TransferFailed(f"Another file is at {entry.path} in {store.address}.")
    return False


def _place(reader: ArchiveReader, store: FileStore, entry: Entry, look: LookAtFile, beside: Path) -> None:
    with tempfile.NamedTemporaryFile(prefix=".part-import-", dir=beside) as spool:
        for chunk in reader.chunks_of(entry.path):
            spool.write(chunk)
        spool.flush()
        look(entry.path, Path(spool.name))
        spool.seek(0)
        store.put(entry.path, cast(IO[bytes], spool))
