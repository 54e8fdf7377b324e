"""Vehicles: a room with next to nothing in it."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from crm.activity import activity
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.list_parts import Sort
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.fields import Fields, Id, Line, Name, left_out
from crm.records.keys import sort_key
from crm.records.skeleton import Skeleton, differing, facts_of, in_trash, live
from crm.records.tombstones import bury, unbury

VEHICLE_RECORD = Skeleton("vehicle", "vehicles", Sentence("vehicle"), facts=("name", "plate", "client_id"))
SORTS = {"name": Sort(("v.name_key", "v.id"), (str, int))}
Plate = Annotated[Line, StringConstraints(max_length=20)]


class VehicleFields(Fields):
    name: Name
    plate: Plate | None = None
    client_id: Id | None = None


class VehicleChanges(Fields):
    name: Name = left_out()
    plate: Plate | None = left_out()
    client_id: Id | None = left_out()


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: int
    name: str
    plate: str | None
    client_id: int | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


class VehicleFilter(BaseModel):
    q: str | None = Field(None, max_length=200)
    client_id: Id | None = None
    deleted: bool = False


def find_vehicle(tx: Transaction, vehicle_id: int) -> Vehicle | None:
    row = tx.one(f"{_VEHICLES} AND v.id = :vehicle_id", vehicle_id=vehicle_id)
    return Vehicle(**row) if row else None


def get_vehicle(tx: Transaction, vehicle_id: int) -> Vehicle:
    return live(VEHICLE_RECORD, find_vehicle(tx, vehicle_id))


def create_vehicle(tx: Transaction, fields: VehicleFields) -> Vehicle:
    values = fields.model_dump()
    vehicle_id = tx.insert(
        """
        INSERT INTO vehicles (workspace_id, name, name_key, plate, client_id, created_at, updated_at)
        VALUES (:workspace_id, :name, :name_key, :plate, :client_id, :now, :now)
        RETURNING id
        """,
        name_key=sort_key(fields.name),
        **values,
    )
    activity.record(tx, "vehicle.created", "vehicle", vehicle_id, after=values)
    return get_vehicle(tx, vehicle_id)


def change_vehicle(tx: Transaction, vehicle_id: int, changes: VehicleChanges) -> Vehicle:
    old = get_vehicle(tx, vehicle_id)
    values = differing(VEHICLE_RECORD, old, changes.model_dump(exclude_unset=True))
    if not values:
        return old
    facts = facts_of(VEHICLE_RECORD, old) | values
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


def delete_vehicle(tx: Transaction, vehicle_id: int) -> None:
    bury(tx, VEHICLE_RECORD, get_vehicle(tx, vehicle_id))


def restore_vehicle(tx: Transaction, vehicle_id: int) -> Vehicle:
    unbury(tx, VEHICLE_RECORD, in_trash(VEHICLE_RECORD, find_vehicle(tx, vehicle_id)))
    return get_vehicle(tx, vehicle_id)


def list_vehicles(
    tx: Transaction, wanted: VehicleFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[Vehicle]:
    """By name, whatever is asked."""
    after, after_id = decode_cursor(cursor, (str, int)) if cursor else ("", 0)
    rows = tx.all(
        f"""
        {_VEHICLES}
           AND {_WANTED}
           AND (v.name_key, v.id) > (:after, :after_id)
         ORDER BY v.name_key, v.id
         LIMIT :limit
        """,
        after=after,
        after_id=after_id,
        limit=limit + 1,
        **_params(wanted),
    )
    page = page_of(rows, limit, lambda row: (sort_key(row["name"]), row["id"]))
    return Page([Vehicle(**row) for row in page.rows], page.next)


def count_vehicles(tx: Transaction, wanted: VehicleFilter, *, limit: int | None = None) -> Count:
    sql = f"SELECT count(*) FROM vehicles v WHERE v.workspace_id = :workspace_id AND {_WANTED}"
    return Count(int(tx.value(sql, **_params(wanted))), exact=True)


def suggest_vehicles(tx: Transaction, text: str, *, limit: int = 8) -> list[Vehicle]:
    return list_vehicles(tx, VehicleFilter(q=text), limit=limit).rows


def rebuild_vehicle(tx: Transaction, vehicle_id: int) -> None:
    found = find_vehicle(tx, vehicle_id)
    if found is not None:
        sql = "UPDATE vehicles SET name_key = :key WHERE workspace_id = :workspace_id AND id = :vehicle_id"
        tx.run(sql, key=sort_key(found.name), vehicle_id=vehicle_id)


def _params(wanted: VehicleFilter) -> dict[str, Any]:
    return {
        "q": f"%{sort_key(wanted.q)}%" if wanted.q else "%",
        "client_id": wanted.client_id or 0,
        "deleted": int(wanted.deleted),
    }


_VEHICLES = """
    SELECT v.id, v.name, v.plate, v.client_id, v.version, v.created_at, v.updated_at, v.deleted_at
      FROM vehicles v
     WHERE v.workspace_id = :workspace_id
"""
_WANTED = """
    v.name_key LIKE :q
    AND :client_id IN (0, v.client_id)
    AND CASE WHEN v.deleted_at IS NULL THEN 0 ELSE 1 END = :deleted
"""
