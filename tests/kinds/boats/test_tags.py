"""Tags on records of a kind that the program does not know."""

from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.db.transfer.archive import TransferFailed
from crm.fields import parse_fields
from crm.kinds import open_database
from crm.records.kinds import Kinds
from tests.kinds.boats.boats import BoatFields, BoatFilter, create_boat, list_boats
from tests.kinds.boats.driving import add_boat, data, forget_tokens, migrated, names, undo
from tests.support.cast import gather_cast
from tests.support.places import settings_below


def test_it_has_tags_by_which_it_is_filtered_and_which_are_its_own(owner: FlaskClient) -> None:
    """Of the same words as other kinds' tags, and on records of the same ids as theirs."""
    client = owner.post("/api/clients", json={"name": "Ada", "tags": ["diesel"]}).get_json()["data"]
    boat = add_boat(owner, tags=["Leased"])
    add_boat(owner, name="Blue bus", tags=["Diesel"])
    assert client["id"] == boat
    assert data(owner, f"/api/boats/{boat}")["tags"] == ["Leased"]
    assert names(owner, "/api/boats?tag=leased") == ["Red van"]
    assert names(owner, "/api/boats?tag=DIESEL") == ["Blue bus"]
    assert (names(owner, "/api/clients?tag=diesel"), names(owner, "/api/clients?tag=leased")) == (["Ada"], [])
    assert [tag["name"] for tag in data(owner, "/api/clients/tags")] == ["diesel"], "those of clients alone"


def test_its_tags_are_changed_undone_and_kept_in_the_trash(owner: FlaskClient) -> None:
    boat = add_boat(owner, tags=["Leased"])

    def tagged(name: str) -> list[str]:
        return names(owner, f"/api/boats?tag={name}")

    owner.patch(f"/api/boats/{boat}", json={"tags": ["sold"]})
    assert (tagged("sold"), tagged("leased")) == (["Red van"], [])
    undo(owner)
    assert (tagged("sold"), tagged("leased")) == ([], ["Red van"])
    owner.delete(f"/api/boats/{boat}")
    assert (tagged("leased"), tagged("leased&deleted=true")) == ([], ["Red van"])


def test_its_tags_move_with_it_where_its_ids_are_taken(
    owner: FlaskClient, db: Database, settings: Settings, kinds: Kinds, tmp_path: Path
) -> None:
    add_boat(owner, tags=["Leased"])
    workspace = data(owner, "/api/me")["workspace"]["id"]
    db.write(forget_tokens, Actor(workspace, None))
    export_to(settings, workspace, tmp_path / "one.zip")
    other = migrated(settings_below(tmp_path / "other"), kinds)
    with closing(open_database(other, kinds)) as opened:
        theirs = gather_cast(opened).owner
        opened.write(create_boat, theirs, parse_fields(BoatFields, {"name": "Own", "tags": ["own"]}))
    arrival = import_from(other, tmp_path / "one.zip", kinds)
    assert arrival.moved
    with closing(open_database(other, kinds)) as opened:
        arrived = opened.read(
            list_boats, Actor(arrival.workspace_id, None), BoatFilter(tag="leased"), limit=9
        )
        stayed = opened.read(list_boats, theirs, BoatFilter(tag="own"), limit=9)
    assert [(each.name, each.tags) for each in arrived.rows] == [("Red van", ["Leased"])]
    assert [(each.name, each.tags) for each in stayed.rows] == [("Own", ["own"])]


def test_a_tag_of_nothing_is_not_taken_in(
    owner: FlaskClient, db: Database, settings: Settings, kinds: Kinds, tmp_path: Path
) -> None:
    """No reference of the schema holds a tag to its record: the export is looked through instead."""
    add_boat(owner, tags=["Leased"])
    workspace = data(owner, "/api/me")["workspace"]["id"]
    db.write(forget_tokens, Actor(workspace, None))
    db.write(_point_nowhere, Actor(workspace, None))
    export_to(settings, workspace, tmp_path / "one.zip")
    fresh = migrated(settings_below(tmp_path / "fresh"), kinds)
    with pytest.raises(TransferFailed, match="record_tags: subject_id names nothing"):
        import_from(fresh, tmp_path / "one.zip", kinds)


def _point_nowhere(tx: Transaction) -> None:
    tx.run("UPDATE record_tags SET subject_id = subject_id + 7 WHERE workspace_id = :workspace_id")
