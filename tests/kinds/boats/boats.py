"""Boats: a room with next to nothing in it."""

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from random import Random
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from crm.activity import activity
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part, Sort
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import Count
from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.fields import Fields, Id, Line, Name, Tags, left_out
from crm.records.keys import sort_key
from crm.records.skeleton import Skeleton, differing, facts_of, in_trash, live, refuse_stale
from crm.records.tags import set_tags, tagged_part, tags_in, tags_of
from crm.records.tombstones import bury, unbury

BOAT_RECORD = Skeleton("boat", "boats", Sentence("boat"), facts=("name", "plate", "client_id", "tags"))
SORTS = {"name": Sort(("bt.name_key", "bt.id"), (str, int))}
Plate = Annotated[Line, StringConstraints(max_length=20)]


class BoatFields(Fields):
    name: Name
    plate: Plate | None = None
    client_id: Id | None = None
    tags: Tags = Field(default=[])


class BoatChanges(Fields):
    name: Name = left_out()
    plate: Plate | None = left_out()
    client_id: Id | None = left_out()
    tags: Tags = left_out()


@dataclass(frozen=True, slots=True)
class Boat:
    id: int
    name: str
    plate: str | None
    client_id: int | None
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


NAMES = [field.name for field in dataclass_fields(Boat)]
OWN = len(NAMES)


class BoatFilter(BaseModel):
    q: str | None = Field(default=None, max_length=200)
    client_id: Id | None = None
    tag: str | None = Field(default=None, max_length=50)
    deleted: bool = False


_SHOWN = f"""
       bt.id, bt.name, bt.plate, bt.client_id, {tags_of("boat", "bt.id")} AS tags,
       bt.version, bt.created_at, bt.updated_at, bt.deleted_at
"""
BOATS = Listed("boats", "bt", _SHOWN, texts="bt.name_key", joined="bt.name_key", sorts=SORTS)


def find_boat(tx: Transaction, boat_id: int) -> Boat | None:
    row = tx.one(
        f"SELECT {_SHOWN} FROM boats bt WHERE bt.workspace_id = :workspace_id AND bt.id = :boat_id",
        boat_id=boat_id,
    )
    return _boat(row) if row else None


def get_boat(tx: Transaction, boat_id: int) -> Boat:
    return live(BOAT_RECORD, find_boat(tx, boat_id))


def create_boat(tx: Transaction, fields: BoatFields) -> Boat:
    values = fields.model_dump()
    tags = values.pop("tags")
    boat_id = tx.insert(
        """
        INSERT INTO boats (workspace_id, name, name_key, plate, client_id, created_at, updated_at)
        VALUES (:workspace_id, :name, :name_key, :plate, :client_id, :now, :now)
        RETURNING id
        """,
        name_key=sort_key(fields.name),
        **values,
    )
    set_tags(tx, "boat", boat_id, tags)
    activity.record(tx, "boat.created", "boat", boat_id, after={**values, "tags": tags})
    return get_boat(tx, boat_id)


def change_boat(
    tx: Transaction, boat_id: int, changes: BoatChanges, *, expected_version: int | None = None
) -> Boat:
    old = get_boat(tx, boat_id)
    refuse_stale(BOAT_RECORD, old, expected_version)
    values = differing(BOAT_RECORD, old, changes.model_dump(exclude_unset=True))
    if not values:
        return old
    facts = facts_of(BOAT_RECORD, old) | values
    set_tags(tx, "boat", boat_id, facts.pop("tags"))
    tx.run(
        """
        UPDATE boats
           SET name = :name, name_key = :name_key, plate = :plate, client_id = :client_id,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :boat_id
        """,
        boat_id=boat_id,
        name_key=sort_key(facts["name"]),
        **facts,
    )
    before, after = activity.changes(facts_of(BOAT_RECORD, old), values)
    activity.record(tx, "boat.changed", "boat", boat_id, before=before, after=after)
    return get_boat(tx, boat_id)


def delete_boat(tx: Transaction, boat_id: int, *, expected_version: int | None = None) -> None:
    boat = get_boat(tx, boat_id)
    refuse_stale(BOAT_RECORD, boat, expected_version)
    bury(tx, BOAT_RECORD, boat)


def restore_boat(tx: Transaction, boat_id: int, *, expected_version: int | None = None) -> Boat:
    boat = in_trash(BOAT_RECORD, find_boat(tx, boat_id))
    refuse_stale(BOAT_RECORD, boat, expected_version)
    unbury(tx, BOAT_RECORD, boat)
    return get_boat(tx, boat_id)


@dataclass(slots=True)
class Fleet:
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for number in range(self.made, count):
            create_boat(tx, BoatFields(name=f"Van {number}"))
        self.made = count


def begin_boats(_tx: Transaction, _rng: Random) -> Fleet:
    return Fleet()


def list_boats(
    tx: Transaction, wanted: BoatFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Boat]:
    """By name, whatever is asked."""
    parts = _parts(tx, wanted)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        order = Order("name", place.back)
        return read_rows(tx, BOATS, parts, order, after=place.keys, deleted=wanted.deleted, limit=limit + 1)

    page = read_page(fetch, cursor, SORTS["name"].shape, limit, lambda row: row[OWN:])
    return Page(
        [_boat(dict(zip(NAMES, row[:OWN], strict=True))) for row in page.rows], page.next, page.previous
    )


def count_boats(tx: Transaction, wanted: BoatFilter, *, limit: int | None = None) -> Count:
    parts = _parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, BOATS, parts, deleted=wanted.deleted, limit=limit))


def suggest_boats(tx: Transaction, text: str, *, limit: int = 8) -> list[Boat]:
    return list_boats(tx, BoatFilter(q=text), limit=limit).rows


def rebuild_boat(tx: Transaction, boat_id: int) -> None:
    found = find_boat(tx, boat_id)
    if found is not None:
        sql = "UPDATE boats SET name_key = :key WHERE workspace_id = :workspace_id AND id = :boat_id"
        tx.run(sql, key=sort_key(found.name), boat_id=boat_id)


def _parts(tx: Transaction, wanted: BoatFilter) -> list[Part] | None:
    parts: list[Part] = []
    if wanted.q:
        parts.append(Condition("bt.name_key LIKE :q", {"q": f"%{sort_key(wanted.q)}%"}, drives=False))
    if wanted.client_id:
        parts.append(Condition("bt.client_id = :client_id", {"client_id": wanted.client_id}, drives=False))
    if wanted.tag:
        tagged = tagged_part(tx, "boat", wanted.tag)
        if tagged is None:
            return None
        parts.append(tagged)
    return parts


def _boat(row: Row) -> Boat:
    known = {field.name: row[field.name] for field in dataclass_fields(Boat)}
    return Boat(**{**known, "tags": tags_in(row["tags"])})
