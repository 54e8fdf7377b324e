"""Moving the contents of files to another place, while the server runs: each is compared with its row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crm.db.actor import SYSTEM
from crm.db.backup.uploads import is_whole
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.stored_files import StoredFile
from crm.db.transaction import Row, Transaction

BATCH = 500


@dataclass(slots=True)
class Moved:
    """`there` were in the new place already; `lost` are missing or damaged in the old one."""

    copied: int = 0
    there: int = 0
    lost: list[str] = field(default_factory=list)


def copy_files(db: Database, source: FileStore, target: FileStore, note: Callable[[int], object]) -> Moved:
    """Nothing is taken away from the source. What is in the target is not sent again. Raises StoreAway."""
    moved, arrived = Moved(), dict(target.names())
    derived = _derived(source)
    for file in named_files(db):
        for name in derived.get(file.path, ()):
            if name not in arrived:
                with source.open(name).stream as stream:
                    target.put(name, stream)
        _copy(file, source, target, arrived, moved)
        note(1)
    return moved


def count_files(db: Database) -> int:
    """In parts along the key, so that nobody waits for it."""
    return sum(1 for _ in named_files(db))


def named_files(db: Database) -> Iterator[StoredFile]:
    """Those of all workspaces whose content is not gone for good."""
    last = 0
    while rows := db.read(_after, SYSTEM, last):
        last = rows[-1]["id"]
        for row in rows:
            yield StoredFile(row["stored_name"], row["size"], row["sha256"], f"files/{row['id']}")


def _copy(
    file: StoredFile, source: FileStore, target: FileStore, arrived: dict[str, int], moved: Moved
) -> None:
    """What arrived is read again, as its sender alone knows what was sent."""
    if arrived.get(file.path) == file.size:
        moved.there += 1
    elif not is_whole(source, file):
        moved.lost.append(file.named)
    else:
        with source.open(file.path).stream as stream:
            target.put(file.path, stream)
        if is_whole(target, file):
            moved.copied += 1
        else:
            target.remove(file.path)
            moved.lost.append(file.named)


def _derived(source: FileStore) -> dict[str, list[str]]:
    """The thumbnails and the like, by the name of the file that they were made of."""
    found: dict[str, list[str]] = {}
    for name, _ in source.names():
        stem, dot, _ = name.partition(".")
        if dot:
            found.setdefault(stem, []).append(name)
    return found


def _after(tx: Transaction, last: int) -> list[Row]:
    return tx.all(
        """
        SELECT id, stored_name, size, sha256
          FROM files
         WHERE id > :last
           AND purged_at IS NULL
         ORDER BY id
         LIMIT :batch
        """,
        last=last,
        batch=BATCH,
    )
