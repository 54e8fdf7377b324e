"""Prepare an import: map its columns, and check each row against the workspace."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from crm.accounts.zones import zone_of
from crm.clients.phones import workspace_country
from crm.custom_fields.custom_field import PREFIX
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.imports.checking import Check, Checked, check_records
from crm.imports.composed import RECORDS, packed_records
from crm.imports.custom_columns import custom_targets
from crm.imports.described import described
from crm.imports.entry import Entry, begin_entry
from crm.imports.fields import Correction, ImportSettings
from crm.imports.headers.programs import program_of
from crm.imports.interpreter import Interpreter
from crm.imports.mapping import Column, check_mapping, choose, headers_digest, propose
from crm.imports.matching import UNSURE
from crm.imports.reading.sheets import Row
from crm.imports.reading.staged import Facts, staged_rows
from crm.imports.record import Record
from crm.imports.review import new_review
from crm.imports.sampling import reading_of
from crm.imports.targets import KEEP, OF_LEAD
from crm.records.kind import Kind

PIECE = 200
Choice = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people chose. `columns` is None for the mapping remembered for these headers, or proposed."""

    options: ImportSettings
    columns: Choice | None = None
    corrections: tuple[Correction, ...] = ()
    without: frozenset[int] = frozenset()

    def as_json(self) -> str:
        mended = [each.model_dump() for each in self.corrections]
        kept = {**self.options.model_dump(), "corrections": mended, "left_out_rows": sorted(self.without)}
        return orjson.dumps(kept).decode()


def wishes_of(options: dict[str, Any], columns: Choice | None) -> Wishes:
    """From the options stored by `as_json`."""
    rest = dict(options)
    mended = tuple(Correction(**each) for each in rest.pop("corrections", []))
    without = frozenset(rest.pop("left_out_rows", []))
    return Wishes(ImportSettings(**rest), columns, mended, without)


@dataclass(slots=True)
class Prepared:
    """A file that was read and checked."""

    records: str
    facts: Facts
    columns: list[Column]
    check: Check = field(default_factory=Check)


def source_of(facts: Facts) -> str:
    """Where external ids come from: a known program, or a list with these headers."""
    return program_of(facts.headers) or f"{UNSURE}{headers_digest('clients', facts.headers)[:16]}"


def prepare(db: Database, actor: Actor, folder: Path, facts: Facts, wishes: Wishes) -> Prepared:
    """Check the rows in the folder. Raises Invalid for a mapping that does not fit."""
    kind = db.read(described, actor, wishes.options.records)
    columns = _columns(db, actor, facts, wishes, kind)
    if wishes.columns is not None:
        check_mapping(columns, kind)
    prepared = Prepared(wishes.options.records, facts, columns)
    interpreter = db.read(interpreter_of, actor, facts, columns, wishes)
    entry = db.read(begin_entry, actor, wishes.options, source_of(facts), columns)
    with new_review(folder) as review, (review.place / RECORDS).open("wb") as composed:
        for rows in _pieces(staged_rows(folder)):
            records = [interpreter.record_of(row) for row in rows]
            composed.write(packed_records(records))
            review.add(_checked(db, actor, entry, records, prepared.check))
    prepared.check.review = review.name
    return prepared


def _checked(db: Database, actor: Actor, entry: Entry, records: list[Record], check: Check) -> list[Checked]:
    """Halves of the records, where all together take too long. Raises Busy."""
    try:
        return db.read(check_records, actor, entry, records, check)
    except Busy:
        half = len(records) // 2
        if not half:
            raise
        first = _checked(db, actor, entry, records[:half], check)
        return first + _checked(db, actor, entry, records[half:], check)


def interpreter_of(tx: Transaction, facts: Facts, columns: list[Column], wishes: Wishes) -> Interpreter:
    options = wishes.options
    kind = described(tx, options.records)
    reading = reading_of(
        facts,
        columns,
        workspace_country(tx),
        decimal=options.decimal,
        date_order=options.date_order,
        zone=zone_of(tx, tx.actor.user_id),
        custom=custom_targets(tx, options.records, kind),
    )
    corrections: dict[int, dict[int, str]] = {}
    for each in wishes.corrections:
        corrections.setdefault(each.row, {})[each.column] = each.value
    return Interpreter(options.records, columns, reading, corrections, wishes.without, kind=kind)


def _columns(db: Database, actor: Actor, facts: Facts, wishes: Wishes, kind: Kind | None) -> list[Column]:
    records = wishes.options.records
    custom = db.read(custom_targets, actor, records, kind)
    if wishes.columns is not None:
        return choose(records, facts.headers, wishes.columns, kind, custom)
    remembered = db.read(find_mapping, actor, headers_digest(records, facts.headers))
    if remembered is not None:
        return choose(records, facts.headers, _still_there(remembered, custom), kind, custom)
    return propose(records, facts.headers, facts.sample, kind, custom)


def _still_there(remembered: Choice, custom: Mapping[str, object]) -> Choice:
    """A column of a custom field that was removed since goes to the notes."""
    return {
        place: (field if field in custom or not field.startswith((PREFIX, OF_LEAD)) else KEEP, label)
        for place, (field, label) in remembered.items()
    }


def find_mapping(tx: Transaction, digest: str) -> Choice | None:
    """How people last mapped a file with these headers."""
    kept = tx.value(
        "SELECT columns FROM import_mappings WHERE workspace_id = :workspace_id AND headers = :digest",
        digest=digest,
    )
    return None if kept is None else choice_of(orjson.loads(kept))


def choice_of(columns: Iterable[Mapping[str, Any]]) -> Choice:
    return {each["column"]: (each["field"], each["label"]) for each in columns}


def columns_as_json(columns: Iterable[Column]) -> str:
    shown = ({"column": each.place, **asdict(each)} for each in columns)
    return orjson.dumps(
        [{key: value for key, value in each.items() if key != "place"} for each in shown]
    ).decode()


def columns_from(columns: Iterable[Mapping[str, Any]]) -> list[Column]:
    return [
        Column(each["column"], each["header"], each["field"], each["label"], each["number"])
        for each in columns
    ]


def _pieces(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while piece := list(islice(rows, PIECE)):
        yield piece
