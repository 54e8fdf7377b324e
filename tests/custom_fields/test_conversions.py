"""The type of a field of many values changes in pieces, and nobody sees a half of it."""

from typing import Any

import orjson
import pytest

from crm.activity.chain import verify_chain
from crm.clients.client import get_client
from crm.clients.clients import change_client
from crm.clients.fields import ClientChanges
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.custom_fields import conversion, conversion_records
from crm.custom_fields.conversion import convert_custom_field, preview_conversion
from crm.custom_fields.conversion_pieces import go_on
from crm.custom_fields.conversions import (
    begin_conversion,
    cancel_conversion,
    confirm_conversion,
    find_conversion,
    get_conversion,
)
from crm.custom_fields.custom_field import CustomField, get_custom_field
from crm.custom_fields.custom_fields import change_custom_field, create_custom_field
from crm.custom_fields.fields import ConversionFields, CustomFieldChanges, NewCustomField
from crm.custom_fields.removal import remove_custom_field
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client

GIVEN = ("12", "about 5", "7.5", "3", "0")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion_records, "PIECE_ROWS", 2)
    monkeypatch.setattr(conversion, "MOST_VALUES", 3)


def add_field(db: Database, cast: Cast, **given: Any) -> CustomField:
    fields = {"kind": "client", "label": "Size", "field_type": "text", **given}
    return db.write(create_custom_field, cast.owner, parse_fields(NewCustomField, fields))


def add_values(db: Database, cast: Cast, *given: Any) -> list[int]:
    return [
        add_client(db, cast.owner, name=f"Client {place}", custom={"size": value}).id
        for place, value in enumerate(given)
    ]


def begin(db: Database, cast: Cast, field: CustomField, to: str, **more: Any) -> None:
    asked = parse_fields(ConversionFields, {"field_type": to, **more})
    db.write(begin_conversion, cast.owner, field.id, asked)


def go_to_the_end(db: Database, cast: Cast, field: CustomField) -> int:
    pieces = 1
    while db.write(go_on, cast.owner, field.id):
        pieces += 1
    return pieces


def values(db: Database, cast: Cast, ids: list[int]) -> list[Any]:
    return [db.read(get_client, cast.owner, each).custom["size"] for each in ids]


def put(db: Database, cast: Cast, client_id: int, value: Any) -> None:
    db.write(change_client, cast.owner, client_id, parse_fields(ClientChanges, {"custom": {"size": value}}))


def found(db: Database, cast: Cast, condition: str) -> list[int]:
    wanted = ClientFilter(filter=f'{{"all": [{{"field": "custom.size", {condition}}}]}}')
    return sorted(each.id for each in db.read(list_clients, cast.owner, wanted, limit=25).rows)


def rows_of(tx: Transaction) -> tuple[list[Any], list[Any]]:
    """Whose values are found, and by which names values are stored."""
    held = tx.tuples("SELECT DISTINCT field_id FROM custom_values WHERE workspace_id = :workspace_id")
    sql = "SELECT custom FROM clients WHERE workspace_id = :workspace_id AND custom IS NOT NULL"
    keys = {key for (custom,) in tx.tuples(sql) for key in orjson.loads(custom)}
    return sorted(each for (each,) in held), sorted(keys)


def test_the_old_values_stay_until_all_are_converted_and_what_is_lost_is_asked(
    db: Database, cast: Cast
) -> None:
    field = add_field(db, cast)
    ids = add_values(db, cast, *GIVEN)
    begin(db, cast, field, "number")
    seen = []
    while db.write(go_on, cast.owner, field.id):
        seen.append(db.read(get_conversion, cast.owner, field.id).done)
        assert values(db, cast, ids) == list(GIVEN)
        assert found(db, cast, '"op": "is", "value": "about 5"') == [ids[1]]
    assert seen == [2, 4, 5]
    asks = db.read(get_conversion, cast.owner, field.id)
    assert (asks.state, asks.unfit, asks.field_type, asks.total) == ("asking", 1, "number", 5)
    assert [(each.record_id, each.value) for each in asks.examples] == [(ids[1], "about 5")]
    assert values(db, cast, ids) == list(GIVEN)

    db.write(confirm_conversion, cast.owner, field.id)
    go_to_the_end(db, cast, field)
    assert values(db, cast, ids) == [12, None, 7.5, 3, 0]
    assert found(db, cast, '"op": "between", "value": [5, 20]') == [ids[0], ids[2]]
    assert db.read(get_custom_field, cast.owner, field.id).field_type == "number"
    assert db.read(find_conversion, cast.owner, field.id) is None
    held, keys = db.read(rows_of, cast.owner)
    assert (len(held), len(keys)) == (1, 1)
    lost = db.read(_told, cast.owner, ids[1])
    assert lost == [('{"custom.size":"about 5"}', '{"custom.size":null}')]
    assert db.read(verify_chain, cast.owner).broken_at is None


def _told(tx: Transaction, client_id: int) -> list[Any]:
    return tx.tuples(
        """
        SELECT k.before, k.after
          FROM activities a
          JOIN activity_contents k ON k.workspace_id = a.workspace_id AND k.activity_id = a.id
         WHERE a.workspace_id = :workspace_id
           AND a.action = 'client.changed'
           AND a.entity_id = :client_id
        """,
        client_id=client_id,
    )


def test_what_is_changed_meanwhile_is_converted_as_it_is_then(db: Database, cast: Cast) -> None:
    field = add_field(db, cast)
    ids = add_values(db, cast, "1", "2", "3", "4")
    begin(db, cast, field, "number")
    db.write(go_on, cast.owner, field.id)
    put(db, cast, ids[0], "10")
    put(db, cast, ids[1], None)
    put(db, cast, ids[3], "40")
    ids += add_values(db, cast, "50")
    go_to_the_end(db, cast, field)
    assert values(db, cast, ids) == [10, None, 3, 40, 50]
    assert found(db, cast, '"op": "is_not_empty"') == [ids[0], *ids[2:]]
    put(db, cast, ids[1], 2)
    assert values(db, cast, ids) == [10, 2, 3, 40, 50]
    assert found(db, cast, '"op": "between", "value": [2, 3]') == ids[1:3]


def test_cancelled_it_leaves_nothing(db: Database, cast: Cast) -> None:
    field = add_field(db, cast)
    ids = add_values(db, cast, *GIVEN)
    before = db.read(rows_of, cast.owner)
    begin(db, cast, field, "number")
    go_to_the_end(db, cast, field)
    db.write(cancel_conversion, cast.owner, field.id)
    go_to_the_end(db, cast, field)
    assert db.read(rows_of, cast.owner) == before
    assert (values(db, cast, ids), db.read(find_conversion, cast.owner, field.id)) == (list(GIVEN), None)
    assert [db.read(get_client, cast.owner, each).version for each in ids] == [1] * len(ids)


def test_values_become_choices_as_they_are_found_and_back(db: Database, cast: Cast) -> None:
    field = add_field(db, cast)
    ids = add_values(db, cast, "Red", "red", "Blue", "Red", "Green")
    begin(db, cast, field, "choice")
    go_to_the_end(db, cast, field)
    assert values(db, cast, ids) == ["red", "red", "blue", "red", "green"]
    choices = db.read(get_custom_field, cast.owner, field.id).choices
    assert [choice.label for choice in choices] == ["Red", "Blue", "Green"]
    begin(db, cast, field, "text")
    go_to_the_end(db, cast, field)
    assert values(db, cast, ids) == ["Red", "Red", "Blue", "Red", "Green"]
    held, keys = db.read(rows_of, cast.owner)
    assert (len(held), len(keys)) == (1, 1)


def test_too_many_different_values_are_no_choices(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "MOST_CHOICES", 2)
    field = add_field(db, cast)
    ids = add_values(db, cast, "Red", "Blue", "Green", "White")
    begin(db, cast, field, "choice")
    go_to_the_end(db, cast, field)
    failed = db.read(get_conversion, cast.owner, field.id)
    assert (failed.state, failed.reason) == ("failed", "there are more than 2 different values")
    db.write(cancel_conversion, cast.owner, field.id)
    go_to_the_end(db, cast, field)
    assert values(db, cast, ids) == ["Red", "Blue", "Green", "White"]


def test_while_it_is_under_way_nothing_else_about_the_field_changes(db: Database, cast: Cast) -> None:
    field = add_field(db, cast)
    add_values(db, cast, "1", "2", "3", "4")
    number = parse_fields(ConversionFields, {"field_type": "number"})
    with pytest.raises(Conflict) as refusal:
        db.write(convert_custom_field, cast.owner, field.id, number)
    assert refusal.value.extra == {"in_background": True}
    preview = db.read(preview_conversion, cast.owner, field.id, number)
    assert (preview.fitting, preview.complete) == (3, False)
    begin(db, cast, field, "number")
    for attempt in (
        lambda: db.write(begin_conversion, cast.owner, field.id, number),
        lambda: db.write(change_custom_field, cast.owner, field.id, CustomFieldChanges(label="Other")),
        lambda: db.write(remove_custom_field, cast.owner, field.id),
    ):
        with pytest.raises(Conflict, match="being changed"):
            attempt()
