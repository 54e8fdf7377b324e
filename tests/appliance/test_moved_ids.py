"""A workspace that comes beside others gets other ids: whatever holds one of them holds the new one then."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crm.activity.chain import verify_chain
from crm.appliance.transfer import LEDGER, LEFT_OUT, export_to, import_from
from crm.clients.client import get_client
from crm.config import Settings
from crm.conversations.thread.conversations import mark_read
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.startup import prepare
from crm.db.sqlite.tables import describe_tables
from crm.db.transaction import Transaction
from crm.db.transfer.exporting import exported_tables
from crm.db.transfer.importing import shifts_of
from crm.kinds import KINDS, open_database
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from crm.vault import Vault
from tests.support.arrivals import arrive
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish
from tests.support.places import settings_below
from tests.support.rich import export_everything
from tests.support.whatsapp import KEY, connect, text


def test_each_column_that_holds_an_id_moves_with_what_it_names(db: Database, settings: Settings) -> None:
    with closing(open_reader(settings.sqlite_path)) as connection:
        tables = describe_tables(connection)
        travelling = exported_tables(tables, LEFT_OUT)
    known = {(LEDGER, "entity_id"), (LEDGER, "subject_id")}
    known |= {(kind.hanging, kind.hangs_on[1]) for kind in KINDS if kind.hangs_on is not None}
    known |= {
        (pointer.of or kind.table, pointer.column)
        for kind in KINDS
        for pointer in kind.pointers
        if not pointer.in_schema
    }
    distances = {name: number for number, name in enumerate(tables, 1)}
    for table in travelling:
        moved = {name for name, distance in shifts_of(table, tables, distances).items() if distance}
        numbers = {name for name, kind in table.types if kind == "INTEGER" and name.endswith("_id")}
        assert {(table.name, name) for name in numbers - moved} <= known
    leads = shifts_of(tables["leads"], tables, distances)
    assert leads["pipeline_id"] == distances["pipelines"], "by the stage, which is of a pipeline"


@pytest.fixture
def moved(tmp_path: Path) -> tuple[Settings, Actor, Settings, Actor]:
    """An appliance, its owner, and another one into which its workspace came beside two others."""
    here, there = settings_below(tmp_path / "here"), settings_below(tmp_path / "there")
    prepare(here)
    export_everything(here, tmp_path / "unread.zip")
    with closing(open_database(here)) as db:
        owner = Actor(1, int(db.read(_first_user, Actor(1, None))))
        for conversation in db.read(list_conversations, owner, InboxFilter(), limit=9).rows:
            db.write(mark_read, owner, conversation.id)
        db.write(_forget_tokens, Actor(1, None))
    export_to(here, 1, tmp_path / "read.zip")
    prepare(there)
    with closing(open_database(there)) as db:
        theirs = gather_cast(db).owner
        furnish(db, theirs)
        add_lead(db, theirs, title="Was here", tags=["own"], client_id=add_client(db, theirs).id)
        connect(db, theirs, Vault(KEY))
        arrive(db, Vault(KEY), *(text(f"wamid.there-{number}") for number in range(9)))
        db.write(_rename_users, SYSTEM)
    arrival = import_from(there, tmp_path / "read.zip")
    assert arrival.moved
    with closing(open_database(there)) as db:
        came = Actor(arrival.workspace_id, int(db.read(_first_user, Actor(arrival.workspace_id, None))))
    return here, owner, there, came


def test_leads_their_tags_and_what_somebody_has_read_are_as_before(
    moved: tuple[Settings, Actor, Settings, Actor],
) -> None:
    here, owner, there, came = moved
    before, after = _seen(here, owner), _seen(there, came)
    assert before == after and before["leads"] and before["unread"] == [0]
    assert [names for names in before["custom"] if names] == [("Colleague", "Ada")]


def _seen(settings: Settings, who: Actor) -> dict[str, Any]:
    with closing(open_database(settings)) as db:
        leads = db.read(list_leads, who, LeadFilter(), limit=9).rows
        on_boards = [
            db.read(list_leads, who, LeadFilter(pipeline_id=pipeline), limit=9).rows
            for pipeline in {lead.pipeline_id for lead in leads}
        ]
        talks = db.read(list_conversations, who, InboxFilter(), limit=9).rows
        custom = [db.read(_names_in_custom_fields, who, lead.custom) for lead in leads]
        assert db.read(verify_chain, who).broken_at is None
    return {
        "leads": [(each.title, each.stage_name, each.client_name, each.tags, each.value) for each in leads],
        "on boards": sorted(lead.title for found in on_boards for lead in found),
        "custom": custom,
        "unread": [talk.unread for talk in talks],
    }


def _names_in_custom_fields(tx: Transaction, custom: dict[str, Any]) -> tuple[str, str] | None:
    """Of the user and of the client that are values."""
    if not custom:
        return None
    user = tx.value(
        "SELECT name FROM users WHERE workspace_id = :workspace_id AND id = :id", id=custom["user"]
    )
    return str(user), get_client(tx, custom["client"]).name


def _first_user(tx: Transaction) -> int:
    return int(tx.value("SELECT min(id) FROM users WHERE workspace_id = :workspace_id"))


def _forget_tokens(tx: Transaction) -> None:
    """Those that tests make are no tokens that an import takes."""
    tx.run("DELETE FROM tokens WHERE workspace_id = :workspace_id")


def _rename_users(tx: Transaction) -> None:
    tx.run("UPDATE users SET email = 'other' || id || '@example.org'")
