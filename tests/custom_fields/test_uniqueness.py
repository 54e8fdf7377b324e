"""Unique values, given by several programs at once."""

from crm.clients.clients import change_client, create_client
from crm.clients.fields import ClientChanges, ClientFields
from crm.config import Settings
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.kinds import open_database
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.processes import run_in_processes

VALUES = 20
PROGRAMS = 3


def give_values(settings: Settings, who: Actor, own: int, spelling: str) -> tuple[list[int], set[str]]:
    """Ask for each value, for a new client and for the own one; which new ones were made, and what refusals
    named."""
    made, named = [], set()
    db = open_database(settings)
    try:
        for number in range(VALUES):
            custom = {"custom": {"number": f"{spelling}-{number}"}}
            try:
                if number % 2:
                    db.write(change_client, who, own, parse_fields(ClientChanges, custom))
                else:
                    db.write(create_client, who, parse_fields(ClientFields, {"name": "New", **custom}))
                    made.append(number)
            except Invalid as refusal:
                named |= {each.field for each in refusal.problems}
    finally:
        db.close()
    return made, named


def unique_keys(tx: Transaction) -> list[str]:
    rows = tx.all(
        "SELECT unique_key FROM custom_values WHERE workspace_id = :workspace_id AND unique_key IS NOT NULL"
    )
    return [row["unique_key"] for row in rows]


def test_each_value_that_several_programs_ask_for_at_once_is_of_one_record(
    prepared: Settings, db: Database, cast: Cast
) -> None:
    field = {"kind": "client", "label": "Number", "field_type": "text", "unique": True}
    db.write(create_custom_field, cast.owner, parse_fields(NewCustomField, field))
    own = [add_client(db, cast.owner, name=f"Own {place}").id for place in range(PROGRAMS)]
    asked = [(prepared, cast.owner, own[place], "Aa"[place % 2]) for place in range(PROGRAMS)]
    answers = run_in_processes(give_values, asked)
    assert sorted(number for made, _ in answers for number in made) == list(range(0, VALUES, 2))
    assert {name for _, named in answers for name in named} == {"custom.number"}
    kept = db.read(unique_keys, cast.owner)
    assert len(kept) == len(set(kept)) > VALUES // 2
