"""Vehicles: a room with next to nothing in it."""

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from random import Random
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field, StringConstraints

from crm.activity import activity
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Condition, Listed, ListRow, Looked, Order, Part, Sort
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import Count
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid, Sentence
from crm.fields import Fields, Id, Line, Name, Tags, left_out
from crm.records.bulk import Deletion, Outcome, Restoration
from crm.records.keys import sort_key
from crm.records.skeleton import Skeleton, differing, facts_of, in_trash, live, refuse_stale
from crm.records.tags import set_tags, tagged_part, tags_of
from crm.records.tombstones import bury, unbury

VEHICLE_RECORD = Skeleton(
    "vehicle", "vehicles", Sentence("vehicle"), facts=("name", "plate", "client_id", "tags")
)
SORTS = {"name": Sort(("v.name_key", "v.id"), (str, int))}
Plate = Annotated[Line, StringConstraints(max_length=20)]


class VehicleFields(Fields):
    name: Name
    plate: Plate | None = None
    client_id: Id | None = None
    tags: Tags = Field(default=[])


class VehicleChanges(Fields):
    name: Name = left_out()
    plate: Plate | None = left_out()
    client_id: Id | None = left_out()
    tags: Tags = left_out()


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: int
    name: str
    plate: str | None
    client_id: int | None
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


NAMES = [field.name for field in dataclass_fields(Vehicle)]
OWN = len(NAMES)


class VehicleFilter(BaseModel):
    q: str | None = Field(default=None, max_length=200)
    client_id: Id | None = None
    tag: str | None = Field(default=None, max_length=50)
    deleted: bool = False


_SHOWN = f"""
       v.id, v.name, v.plate, v.client_id, {tags_of("vehicle", "v.id")} AS tags,
       v.version, v.created_at, v.updated_at, v.deleted_at
"""
VEHICLES = Listed("vehicles", "v", _SHOWN, texts="v.name_key", joined="v.name_key", sorts=SORTS)


def find_vehicle(tx: Transaction, vehicle_id: int) -> Vehicle | None:
    row = tx.one(
        f"SELECT {_SHOWN} FROM vehicles v WHERE v.workspace_id = :workspace_id AND v.id = :vehicle_id",
        vehicle_id=vehicle_id,
    )
    return _vehicle(row) if row else None


def get_vehicle(tx: Transaction, vehicle_id: int) -> Vehicle:
    return live(VEHICLE_RECORD, find_vehicle(tx, vehicle_id))


def create_vehicle(tx: Transaction, fields: VehicleFields) -> Vehicle:
    values = fields.model_dump()
    tags = values.pop("tags")
    vehicle_id = tx.insert(
        """
        INSERT INTO vehicles (workspace_id, name, name_key, plate, client_id, created_at, updated_at)
        VALUES (:workspace_id, :name, :name_key, :plate, :client_id, :now, :now)
        RETURNING id
        """,
        name_key=sort_key(fields.name),
        **values,
    )
    set_tags(tx, "vehicle", vehicle_id, tags)
    activity.record(tx, "vehicle.created", "vehicle", vehicle_id, after={**values, "tags": tags})
    return get_vehicle(tx, vehicle_id)


def change_vehicle(
    tx: Transaction, vehicle_id: int, changes: VehicleChanges, *, expected_version: int | None = None
) -> Vehicle:
    old = get_vehicle(tx, vehicle_id)
    refuse_stale(VEHICLE_RECORD, old, expected_version)
    values = differing(VEHICLE_RECORD, old, changes.model_dump(exclude_unset=True))
    if not values:
        return old
    facts = facts_of(VEHICLE_RECORD, old) | values
    set_tags(tx, "vehicle", vehicle_id, facts.pop("tags"))
    tx.run(
        """
        UPDATE vehicles
           SET name = :name, name_key = :name_key, plate = :plate, client_id = :client_id,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :vehicle_id
        """,
        vehicle_id=vehicle_id,
        name_key=sort_key(facts["name"]),
        **facts,
    )
    before, after = activity.changes(facts_of(VEHICLE_RECORD, old), values)
    activity.record(tx, "vehicle.changed", "vehicle", vehicle_id, before=before, after=after)
    return get_vehicle(tx, vehicle_id)


def delete_vehicle(tx: Transaction, vehicle_id: int, *, expected_version: int | None = None) -> None:
    vehicle = get_vehicle(tx, vehicle_id)
    refuse_stale(VEHICLE_RECORD, vehicle, expected_version)
    bury(tx, VEHICLE_RECORD, vehicle)


def restore_vehicle(tx: Transaction, vehicle_id: int) -> Vehicle:
    unbury(tx, VEHICLE_RECORD, in_trash(VEHICLE_RECORD, find_vehicle(tx, vehicle_id)))
    return get_vehicle(tx, vehicle_id)


def run_operation(tx: Transaction, operation: Any) -> Outcome:
    """One of many changes. Raises Invalid for what is not done to vehicles."""
    match operation:
        case Deletion():
            delete_vehicle(tx, operation.id, expected_version=operation.version)
        case Restoration():
            restore_vehicle(tx, operation.id)
        case _:
            raise Invalid.field("op", "is not done to vehicles")
    return Outcome(operation.op, operation.id, 0, tx.actor.operation_id)


@dataclass(slots=True)
class Fleet:
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for number in range(self.made, count):
            create_vehicle(tx, VehicleFields(name=f"Van {number}"))
        self.made = count


def begin_vehicles(_tx: Transaction, _rng: Random) -> Fleet:
    return Fleet()


def list_vehicles(
    tx: Transaction, wanted: VehicleFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Vehicle]:
    """By name, whatever is asked."""
    parts = _parts(tx, wanted)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        order = Order("name", place.back)
        return read_rows(
            tx, VEHICLES, parts, order, after=place.keys, deleted=wanted.deleted, limit=limit + 1
        )

    page = read_page(fetch, cursor, SORTS["name"].shape, limit, lambda row: row[OWN:])
    return Page(
        [_vehicle(dict(zip(NAMES, row[:OWN], strict=True))) for row in page.rows], page.next, page.previous
    )


def count_vehicles(tx: Transaction, wanted: VehicleFilter, *, limit: int | None = None) -> Count:
    parts = _parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, VEHICLES, parts, deleted=wanted.deleted, limit=limit))


def suggest_vehicles(tx: Transaction, text: str, *, limit: int = 8) -> list[Vehicle]:
    return list_vehicles(tx, VehicleFilter(q=text), limit=limit).rows


def rebuild_vehicle(tx: Transaction, vehicle_id: int) -> None:
    found = find_vehicle(tx, vehicle_id)
    if found is not None:
        sql = "UPDATE vehicles SET name_key = :key WHERE workspace_id = :workspace_id AND id = :vehicle_id"
        tx.run(sql, key=sort_key(found.name), vehicle_id=vehicle_id)


def _parts(tx: Transaction, wanted: VehicleFilter) -> list[Part] | None:
    parts: list[Part] = []
    if wanted.q:
        parts.append(Condition("v.name_key LIKE :q", {"q": f"%{sort_key(wanted.q)}%"}, drives=False))
    if wanted.client_id:
        parts.append(Condition("v.client_id = :client_id", {"client_id": wanted.client_id}, drives=False))
    if wanted.tag:
        tagged = tagged_part(tx, "vehicle", wanted.tag)
        if tagged is None:
            return None
        parts.append(tagged)
    return parts


def _vehicle(row: Row) -> Vehicle:
    known = {field.name: row[field.name] for field in dataclass_fields(Vehicle)}
    return Vehicle(**{**known, "tags": orjson.loads(row["tags"])})
