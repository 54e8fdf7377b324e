"""A merge is taken back on another server, where all ids are others."""

from pathlib import Path

from crm.appliance.transfer import export_to, import_from
from crm.clients.client import get_client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.clients.merge_fields import ClientUnmerge
from crm.clients.unmerging import merged_with, unmerge_client
from crm.db.actor import Actor
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from tests.support.arrivals import rows
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.merges import merge
from tests.support.places import settings_below


def test_what_was_merged_is_separated_where_it_arrived(tmp_path: Path) -> None:
    here, there = settings_below(tmp_path / "here"), settings_below(tmp_path / "there")
    prepare(here)
    db = open_database(here)
    who = gather_cast(db).owner
    company = add_client(db, who, name="Acme", kind="company")
    winner = add_client(db, who, name="Anna", company_id=company.id)
    loser = add_client(db, who, name="Eva", email="eva@example.com")
    db.write(add_note, who, NoteFields(subject="client", subject_id=loser.id, text="Of Eva"))
    merge(db, who, winner, loser, fields={"company_id": None})
    db.close()
    export_to(here, int(who.workspace_id or 0), tmp_path / "whole.zip")
    prepare(there)
    other = open_database(there)
    stranger = gather_cast(other).owner
    for number in range(5):
        add_client(other, stranger, name=f"Stranger {number}")
    other.write(add_note, stranger, NoteFields(subject="client", subject_id=1, text="Theirs"))
    other.close()
    arrived = import_from(there, tmp_path / "whole.zip")
    other = open_database(there)
    actor = Actor(arrived.workspace_id, None)
    live = other.read(list_clients, actor, ClientFilter(), limit=9).rows
    assert sorted(client.name for client in live) == ["Acme", "Anna"]
    assert other.read(list_clients, actor, ClientFilter(deleted=True), limit=9).rows == []
    moved = {client.name: client.id for client in live}
    assert moved["Anna"] != winner.id
    merged = other.read(merged_with, actor, moved["Anna"])
    assert merged is not None and merged.name == "Eva"
    back = other.write(unmerge_client, actor, moved["Anna"], ClientUnmerge())
    assert (back.client.company_id, back.other.email) == (moved["Acme"], "eva@example.com")
    notes = rows(other, "SELECT subject_id FROM notes WHERE text = 'Of Eva'")
    assert [row["subject_id"] for row in notes] == [back.other.id]
    assert other.read(get_client, actor, back.other.id).name == "Eva"
    other.close()
