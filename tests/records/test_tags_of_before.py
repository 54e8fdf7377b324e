"""Tags of clients and of leads were in a table each: an upgrade and an import lose none of them."""

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from crm.appliance.transfer import export_to, import_from
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from tests.support.people import PASSWORD_HASH
from tests.support.places import settings_below

OF_ANY_RECORD = next(each.number for each in load_migrations() if each.name == "tags_of_any_record")
CLIENTS = {"vip": ["Eva", "Ada"], "oak": ["Ada"], "unused": []}
LEADS = {"vip": ["Roof"], "oak": [], "unused": []}


@pytest.fixture
def old(settings: Settings) -> Settings:
    settings.sqlite_path.parent.mkdir(parents=True)
    settings.upload_folder.mkdir(parents=True)
    with closing(open_writer(settings.sqlite_path, create=True)) as connection:
        migrate(connection, load_migrations()[: OF_ANY_RECORD - 1])
        connection.execute(_ROWS, {"now": "2026-11-01T00:00:00.000Z", "hash": PASSWORD_HASH})
    return settings


def check_tags(settings: Settings, workspace: int = 1) -> None:
    with closing(open_database(settings)) as db:
        who = Actor(workspace, None)
        for tag, names in CLIENTS.items():
            clients = db.read(list_clients, who, ClientFilter(tag=tag), limit=9).rows
            assert [client.name for client in clients] == names
        for tag, titles in LEADS.items():
            leads = db.read(list_leads, who, LeadFilter(tag=tag), limit=9).rows
            assert [lead.title for lead in leads] == titles
        everybody = db.read(list_clients, who, ClientFilter(), limit=9).rows
    assert {client.name: client.tags for client in everybody} == {
        "Ada": ["Oak", "VIP"], "Eva": ["VIP"], "Zoe": [],
    }  # fmt: skip


def test_an_upgrade_keeps_each_tag_on_its_record(old: Settings) -> None:
    prepare(old)
    check_tags(old)
    with closing(open_writer(old.sqlite_path)) as connection:
        assert connection.execute("SELECT count(*) FROM record_tags").fetchall() == [(5,)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_export_of_before_comes_in_with_its_tags(old: Settings, tmp_path: Path) -> None:
    contents = export_to(old, 1, tmp_path / "old.zip")
    assert (contents.rows["client_tags"], contents.rows["lead_tags"]) == (3, 1)
    fresh = settings_below(tmp_path / "fresh")
    prepare(fresh)
    assert not import_from(fresh, tmp_path / "old.zip").moved
    check_tags(fresh)


def test_its_tags_move_with_its_records_where_their_ids_are_taken(old: Settings, tmp_path: Path) -> None:
    export_to(old, 1, tmp_path / "old.zip")
    prepare(old)
    with closing(open_writer(old.sqlite_path)) as connection:
        _forget_owner(connection)
    arrival = import_from(old, tmp_path / "old.zip")
    assert arrival.moved
    check_tags(old)
    check_tags(old, arrival.workspace_id)


def _forget_owner(connection: apsw.Connection) -> None:
    """Or their e-mail address is here twice, by which one logs in."""
    connection.execute("UPDATE users SET email = 'other@example.org'")


_ROWS = """
    INSERT INTO workspaces (id, name, created_at, updated_at)
    VALUES (1, 'Acme', :now, :now), (2, 'Other', :now, :now);
    INSERT INTO users (workspace_id, email, name, name_key, role, password_hash, created_at, updated_at)
    VALUES (1, 'owner@example.org', 'Owner', 'owner', 'owner', :hash, :now, :now);
    INSERT INTO clients (id, workspace_id, kind, name, name_key, status, created_at, updated_at)
    VALUES (3, 1, 'person', 'Ada', 'ada', 'active', :now, :now),
           (4, 2, 'person', 'Theirs', 'theirs', 'active', :now, :now),
           (5, 1, 'person', 'Eva', 'eva', 'active', :now, :now),
           (6, 1, 'person', 'Zoe', 'zoe', 'active', :now, :now);
    INSERT INTO pipelines (id, workspace_id, name, name_key, is_default, created_at, updated_at)
    VALUES (1, 1, 'Sales', 'sales', 1, :now, :now);
    INSERT INTO stages (id, workspace_id, pipeline_id, rank, name, name_key, colour, probability, kind,
                        created_at, updated_at)
    VALUES (1, 1, 1, '00000001', 'New', 'new', '#3b82c4', 10, 'open', :now, :now);
    INSERT INTO lead_types (workspace_id, name, created_at) VALUES (1, 'inquiry', :now);
    INSERT INTO leads (id, workspace_id, title, title_key, value_minor, currency, pipeline_id, stage_id, rank,
                       type, status, stage_since, touched_at, touched_day, created_at, updated_at)
    VALUES (3, 1, 'Roof', 'roof', 0, 'EUR', 1, 1, '00000001', 'inquiry', 'new', :now, :now, 20000,
            :now, :now);
    INSERT INTO tags (id, workspace_id, name, name_key, form, created_at)
    VALUES (1, 1, 'VIP', 'vip', 'vip', :now), (2, 2, 'VIP', 'vip', 'vip', :now),
           (3, 1, 'Oak', 'oak', 'oak', :now), (4, 1, 'Unused', 'unused', 'unused', :now);
    INSERT INTO client_tags (workspace_id, tag_id, client_id)
    VALUES (1, 1, 3), (1, 3, 3), (1, 1, 5), (2, 2, 4);
    INSERT INTO lead_tags (workspace_id, tag_id, lead_id) VALUES (1, 1, 3);
"""
