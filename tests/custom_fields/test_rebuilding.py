"""What the worker does with the values of purged fields."""

from typing import Any

from crm.appliance.reindexing import rebuild_searches
from crm.clients.trash import delete_client
from crm.config import Settings
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.custom_fields.removal import purge_custom_field, remove_custom_field
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client

RECORDS = 60


def add_field(db: Database, who: Actor, label: str, field_type: str) -> int:
    given = {"kind": "client", "label": label, "field_type": field_type}
    return db.write(create_custom_field, who, parse_fields(NewCustomField, given)).id


def kept(tx: Transaction) -> list[Any]:
    """What the rows of clients hold, each form once, and the fields whose values are filtered by."""
    custom = tx.all("SELECT DISTINCT custom FROM clients WHERE workspace_id = :workspace_id")
    fields = tx.all("SELECT DISTINCT field_id FROM custom_values WHERE workspace_id = :workspace_id")
    return [sorted(row["custom"] for row in custom), sorted(row["field_id"] for row in fields)]


def test_the_worker_takes_purged_values_from_all_records_of_the_workspace_and_no_other_values(
    db: Database, settings: Settings, cast: Cast
) -> None:
    size, motto = add_field(db, cast.owner, "Size", "number"), add_field(db, cast.owner, "Motto", "text")
    other = add_field(db, cast.outsider, "Size", "number")
    values = {"size": 4, "motto": "Slow"}
    clients = [add_client(db, cast.owner, name=f"C {number}", custom=values).id for number in range(RECORDS)]
    add_client(db, cast.outsider, name="Theirs", custom={"size": 4})
    db.write(delete_client, cast.owner, clients[0])
    theirs = db.read(kept, cast.outsider)
    db.write(remove_custom_field, cast.owner, size)
    assert any(rebuild_searches(db, settings) for _ in range(20))
    assert db.read(kept, cast.owner) == [['{"size":4,"motto":"Slow"}'], [size, motto]]
    db.write(purge_custom_field, cast.owner, size)
    assert any(rebuild_searches(db, settings) for _ in range(20))
    assert db.read(kept, cast.owner) == [['{"motto":"Slow"}'], [motto]]
    assert db.read(kept, cast.outsider) == theirs == [['{"size":4}'], [other]]
