"""Everything about one person in one archive, piece by piece: JSON that people can read, and the files."""

import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import orjson

from crm import clock
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.person_rows import Person, Portion, rows_of_portion
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.keyset import MAX_LIMIT
from crm.db.stored_files import LeadsOut
from crm.db.transaction import Transaction
from crm.files.filenames import safe_name

PIECE = 100
TIMELINES = {"clients": "client", "leads": "lead"}
OPTIONS = orjson.OPT_INDENT_2


class Sink:
    """What is written into the archive, until it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def person_parts(db: Database, actor: Actor, files: FileStore, person: Person) -> Iterator[bytes]:
    """The archive, in bounded memory. A file whose content is missing is named in `missing_files.json`."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        about = {"client_id": person.client.id, "name": person.client.name, "exported_at": clock.timestamp()}
        archive.writestr(_entry("about.json"), orjson.dumps(about, option=OPTIONS))
        for table, portions in _by_table(person.portions).items():
            rows = chain.from_iterable(_rows(db, actor, portion) for portion in portions)
            yield from _written(archive, sink, f"{table}.json", _as_json(rows))
        yield from _written(archive, sink, "history.json", _as_json(_history(db, actor, person)))
        missing: list[str] = []
        yield from _files(db, actor, files, person, (archive, sink, missing))
        if missing:
            archive.writestr(_entry("missing_files.json"), orjson.dumps(missing, option=OPTIONS))
    yield sink.taken()


def _by_table(portions: Iterable[Portion]) -> dict[str, list[Portion]]:
    found: dict[str, list[Portion]] = {}
    for portion in portions:
        found.setdefault(portion.table, []).append(portion)
    return found


def _rows(db: Database, actor: Actor, portion: Portion) -> Iterator[dict[str, Any]]:
    for ids in _pieces(portion.ids):
        yield from db.read(rows_of_portion, actor, portion, ids)


def _pieces(ids: Iterable[int]) -> Iterator[list[int]]:
    waiting = iter(ids)
    while piece := list(islice(waiting, PIECE)):
        yield piece


def _history(db: Database, actor: Actor, person: Person) -> Iterator[dict[str, Any]]:
    """What the ledger tells on the timelines of the person and of their leads, as the acting user sees it."""
    for table, subject in TIMELINES.items():
        for record_id in sorted(person.found.get(table, ())):
            cursor: str | None = None
            while True:
                entries, cursor = db.read(_entries, actor, subject, record_id, cursor)
                yield from entries
                if cursor is None:
                    break


def _entries(
    tx: Transaction, subject: str, record_id: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    wanted = ActivityFilter(subject=subject, subject_id=record_id)
    page = list_activities(tx, wanted, limit=MAX_LIMIT, cursor=cursor)
    shown = ("action", "entity", "entity_id", "before", "after", "created_at")
    return [{name: getattr(each, name) for name in shown} for each in page.rows], page.next


def _as_json(rows: Iterable[Any]) -> Iterator[bytes]:
    """A list, row by row."""
    sign = b"[\n"
    for row in rows:
        yield sign + orjson.dumps(row, option=OPTIONS)
        sign = b",\n"
    yield b"[]\n" if sign == b"[\n" else b"\n]\n"


def _files(
    db: Database,
    actor: Actor,
    files: FileStore,
    person: Person,
    into: tuple[zipfile.ZipFile, Sink, list[str]],
) -> Iterator[bytes]:
    archive, sink, missing = into
    for ids in _pieces(sorted(person.found.get("files", ()))):
        for file_id, name, stored_name in db.read(_stored_files, actor, ids):
            entry = f"files/{file_id}-{safe_name(name)}"
            try:
                content = files.open(stored_name)
            except (OSError, LeadsOut):
                missing.append(entry)
                continue
            yield from _written(archive, sink, entry, content.chunks())


def _stored_files(tx: Transaction, ids: list[int]) -> list[tuple[int, str, str]]:
    """Of those whose content is not gone for good."""
    rows = tx.all(
        """
        SELECT id, name, stored_name
          FROM files
         WHERE workspace_id = :workspace_id
           AND id IN (SELECT value FROM json_each(:ids))
           AND purged_at IS NULL
         ORDER BY id
        """,
        ids=orjson.dumps(ids).decode(),
    )
    return [(row["id"], row["name"], row["stored_name"]) for row in rows]


def _written(archive: zipfile.ZipFile, sink: Sink, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    with archive.open(_entry(name), "w", force_zip64=True) as member:
        for part in parts:
            member.write(part)
            if data := sink.taken():
                yield data


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
