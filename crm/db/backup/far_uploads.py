"""Uploads in a store elsewhere: fetched if the previous backup lacks them, sent if the store does."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crm.db.backup.manifest import Entry, digest_of
from crm.db.backup.places import UPLOADS
from crm.db.backup.report import BackupFailed
from crm.db.backup.uploads import Gathered, is_whole, link_or_copy, refuse_lost, take
from crm.db.durable_files import written_durably
from crm.db.file_stores.store import DamagedContent, FileStore
from crm.db.stored_files import StoredFile, place_of


def gather_far_uploads(
    files: list[StoredFile],
    store: FileStore,
    previous: Path | None,
    target: Path,
    watch: Callable[[int, int], None],
) -> Gathered:
    """Put each file below `target`. Raises UploadsLost if one is nowhere to be found intact, StoreAway."""
    gathered, there = Gathered(), dict(store.names())
    derived: dict[str, list[str]] = {}
    for name in there:
        derived.setdefault(name.partition(".")[0], []).append(name)
    for number, file in enumerate(files, 1):
        _gather(file, store, previous, target, gathered, known=file.path in there)
        for name in sorted(derived.get(file.path, ())):
            if name != file.path:
                _gather_derived(name, store, previous, target, gathered)
        watch(number, len(files))
    refuse_lost(gathered, store.address)
    return gathered


def _gather(
    file: StoredFile,
    store: FileStore,
    previous: Path | None,
    target: Path,
    gathered: Gathered,
    *,
    known: bool,
) -> None:
    place = place_of(target, file.path)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if previous is not None and take(place_of(previous, file.path), place, file):
        if not known:
            gathered.healed.append(file.named)
    elif not _fetch(store, file, place):
        gathered.lost.append(file.named)
        return
    gathered.entries.append(Entry(f"{UPLOADS}/{file.path}", file.size, file.sha256))


def _fetch(store: FileStore, file: StoredFile, place: Path) -> bool:
    """Returns whether the file is now completely in place."""
    try:
        _bring(store, file.path, place)
    except (FileNotFoundError, DamagedContent):
        return False
    if digest_of(place) == (file.size, file.sha256):
        return True
    place.unlink()
    return False


def _gather_derived(
    name: str, store: FileStore, previous: Path | None, target: Path, gathered: Gathered
) -> None:
    place = target / name
    with suppress(FileNotFoundError):
        if previous is not None and (previous / name).is_file():
            link_or_copy(previous / name, place)
        else:
            _bring(store, name, place)
        gathered.entries.append(Entry(f"{UPLOADS}/{name}", *digest_of(place)))


def _bring(store: FileStore, name: str, place: Path) -> None:
    content = store.open(name)
    with written_durably(place) as out:
        for chunk in content.chunks():
            out.write(chunk)


def put_far(store: FileStore, source: Path, entry: Entry) -> None:
    """Send a file of a backup to the store, unless it is there as it should be. Raises BackupFailed."""
    name = entry.path.removeprefix(f"{UPLOADS}/")
    if is_whole(store, StoredFile(name, entry.size, entry.sha256)):
        return
    with source.open("rb") as stream:
        if store.put(name, stream) != (entry.size, entry.sha256):
            raise BackupFailed(f"{entry.path} changed while it was being restored.")
