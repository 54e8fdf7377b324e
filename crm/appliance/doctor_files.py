"""Whether the files that rows name are where they should be, and what lies there without a row."""

from collections.abc import Iterator
from pathlib import Path

from crm.config import Settings
from crm.db.backup.report import in_words
from crm.db.backup.uploads import HOW_TO_MEND, check_readable, is_whole, listed
from crm.db.file_stores.folder import FolderStore
from crm.db.file_stores.opening import file_store
from crm.db.file_stores.store import FileStore, StoreAway
from crm.db.instance import UPLOADS_MARKER
from crm.db.refusal import StartRefused
from crm.db.stored_files import StoredFile

MOVE = "crm files move-to"


def look_at_files(files: list[StoredFile], settings: Settings) -> str:
    """Raises StartRefused naming those that are missing or damaged, and OSError for what may not be read."""
    store = file_store(settings)
    if store.folder is None:
        return _look_far(files, store, settings)
    for file in files:
        check_readable(store.folder, file)
    lost = [file for file in files if not is_whole(store, file)]
    _refuse(files, lost, "")
    return f"{len(files)}, each as its row says"


def _look_far(files: list[StoredFile], store: FileStore, settings: Settings) -> str:
    """By their sizes: to read each of them would take hours, and cost money."""
    try:
        store.check()
        there = dict(store.names())
    except StoreAway as away:
        raise StartRefused(f"{away.address} does not answer: {away.reason}.") from away
    lost = [file for file in files if there.get(file.path) != file.size]
    folder = FolderStore(settings.upload_folder)
    near = sum(folder.size(file.path) == file.size for file in lost)
    where = f"{near} of them are in {folder.address}: {MOVE} {store.address}. " if near else ""
    _refuse(files, lost, where)
    return f"{len(files)} in {store.address}, each of the size in its row; crm files check reads them, too"


def _refuse(files: list[StoredFile], lost: list[StoredFile], where: str) -> None:
    if lost:
        raise StartRefused(
            f"{len(lost)} of {len(files)} are missing or damaged: {listed([file.named for file in lost])}. "
            f"{where}A backup that has them brings them back, one by one: {HOW_TO_MEND}."
        )


def look_at_orphans(files: list[StoredFile], settings: Settings) -> str:
    """Files without a row take room and nothing else; the worker removes those it knows after a week."""
    named, store = {file.path for file in files}, file_store(settings)
    found = store.names() if store.folder is None else _all_below(store.folder)
    try:
        sizes = [size for name, size in found if not _belongs(name, named)]
    except StoreAway as away:
        raise StartRefused(f"{away.address} does not answer: {away.reason}.") from away
    return f"{len(sizes)}, {in_words(sum(sizes))}"


def _all_below(folder: Path) -> Iterator[tuple[str, int]]:
    """With what is not ours, too."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name != UPLOADS_MARKER:
            yield path.relative_to(folder).as_posix(), path.stat().st_size


def _belongs(name: str, named: set[str]) -> bool:
    return name in named or Path(name).with_suffix("").as_posix() in named
