"""The worker is killed while it changes the type of a field: it goes on, and nobody sees a half of it."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest

from crm.activity.chain import verify_chain
from crm.appliance.conversions import convert_custom_fields
from crm.clients.fields import ClientFields
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.clients.many_new import create_clients, ready_values
from crm.config import Settings
from crm.custom_fields import conversion_records
from crm.custom_fields.conversion import MOST_VALUES
from crm.custom_fields.conversion_pieces import go_on
from crm.custom_fields.conversions import begin_conversion, find_conversion
from crm.custom_fields.custom_field import custom_fields_of
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import ConversionFields, NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.kinds import open_database
from tests.support.cast import Cast
from tests.support.forks import in_fork
from tests.support.mortal import run_until
from tests.support.processes import run_in_processes

SMALL = 2
"""Rows of a piece, where each of its statements is tried."""
MOST_STATEMENTS = 400
FATAL = 3_000
"""In the midst of a piece of the usual size, after some others."""


def add_field_with(tx: Transaction, texts: Sequence[str]) -> int:
    asked = parse_fields(NewCustomField, {"kind": "client", "label": "Size", "field_type": "text"})
    field = create_custom_field(tx, asked)
    for start in range(0, len(texts), 1_000):
        given = [
            parse_fields(ClientFields, {"name": f"Client {text}", "custom": {"size": text}})
            for text in texts[start : start + 1_000]
        ]
        create_clients(tx, [ready_values(tx, each, []) for each in given])
    begin_conversion(tx, field.id, parse_fields(ConversionFields, {"field_type": "number"}))
    return field.id


def seen(tx: Transaction) -> tuple[str, list[Any], int]:
    """The type of the field, the values of all records, and how many a filter finds."""
    fields = custom_fields_of(tx, "client")
    rows = tx.all("SELECT custom FROM clients WHERE workspace_id = :workspace_id ORDER BY id")
    values = [fields.values_in(row["custom"])["size"] for row in rows]
    low = "3" if fields.all[0].field_type == "text" else 3
    condition = json.dumps({"all": [{"field": "custom.size", "op": "is", "value": low}]})
    return fields.all[0].field_type, values, count_clients(tx, ClientFilter(filter=condition)).total


def look(settings: Settings, actor: Actor, field_id: int) -> str:
    db = open_database(settings)
    kind, values, found = db.read(seen, actor)
    at = db.read(find_conversion, actor, field_id)
    texts = [str(number) for number in range(len(values))]
    whole = values == (texts if kind == "text" else list(range(len(values))))
    return json.dumps([kind, whole, found, at and [at.state, at.done]])


def kill_at_each_statement(settings: Settings, actor: Actor, field_id: int) -> list[Any]:
    """What is seen after each death and each piece: of each piece one process after the other dies, each one
    statement later, until one lives. No database is open in this process itself.
    """
    conversion_records.PIECE_ROWS = SMALL
    views: list[Any] = []
    while not views or views[-1][3] is not None:
        for fatal in range(1, MOST_STATEMENTS):
            died = run_until(fatal, settings.upload_folder, piece(settings, actor, field_id))
            views.append([*json.loads(in_fork(lambda out: out(look(settings, actor, field_id)))), died])
            if not died:
                break
    return views


def piece(settings: Settings, actor: Actor, field_id: int) -> Callable[[], object]:
    return lambda: open_database(settings).write(go_on, actor, field_id)


def kill_every_now_and_then(settings: Settings, actor: Actor, field_id: int) -> list[Any]:
    """What is seen after each death of a worker who does as many pieces as it can."""
    views: list[Any] = []
    while not views or views[-1][3] is not None:
        died = run_until(
            FATAL, settings.upload_folder, lambda: convert_custom_fields(open_database(settings), settings)
        )
        views.append([*json.loads(in_fork(lambda out: out(look(settings, actor, field_id)))), died])
    return views


def views_of(
    settings: Settings, db: Database, actor: Actor, count: int, work: Callable[..., list[Any]]
) -> list[Any]:
    """Each is sound, and in the end the values are of the new type."""
    field_id = db.write(add_field_with, actor, [str(number) for number in range(count)])
    db.close()
    (views,) = run_in_processes(work, [(settings, actor, field_id)], seconds=220)
    assert all(view[1:3] == [True, 1] for view in views), "all values are of one type, and found by it"
    types = [view[0] for view in views]
    assert types == sorted(types, reverse=True) and {*types} == {"text", "number"}
    again = open_database(settings)
    assert again.read(verify_chain, actor).broken_at is None
    again.close()
    return views


@pytest.mark.serial
@pytest.mark.timeout(240)
def test_who_is_killed_at_any_statement_of_a_piece_stores_nothing(
    prepared: Settings, db: Database, cast: Cast
) -> None:
    views = views_of(prepared, db, cast.owner, 2 * SMALL + 1, kill_at_each_statement)
    assert len(views) > 60, "it was killed at each of its statements"
    for before, after in pairwise(views):
        assert not after[4] or after[3] == before[3]


@pytest.mark.serial
@pytest.mark.timeout(240)
def test_a_worker_that_is_killed_again_and_again_comes_to_the_end(
    prepared: Settings, db: Database, cast: Cast
) -> None:
    views = views_of(prepared, db, cast.owner, MOST_VALUES + 1, kill_every_now_and_then)
    assert len([view for view in views if view[4]]) > 5
    done = [view[3][1] for view in views if view[3] and view[3][0] == "converting"]
    assert done == sorted(done) and len(set(done)) > 3, "each goes on where the last one stopped"
