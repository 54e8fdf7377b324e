"""Several workspaces on one appliance, each with settings of its own."""

import pytest

from crm.accounts.fields import WorkspaceChanges
from crm.accounts.workspaces import change_workspace, create_workspace, get_workspace, list_workspaces
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.furnishing import furnish_workspace
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Stale
from crm.fields import parse_fields
from tests.support.people import PASSWORD_HASH, Team, setup_fields


def test_two_workspaces_do_not_share_a_name(db: Database, team: Team) -> None:
    with pytest.raises(Conflict):
        db.write(
            create_workspace,
            SYSTEM,
            setup_fields(" ACME", "third@acme.example"),
            PASSWORD_HASH,
            furnish_workspace,
        )
    assert [each.name for each in db.read(list_workspaces, SYSTEM)] == ["Acme", "Elsewhere"]


def test_one_e_mail_may_own_several_workspaces(db: Database, team: Team) -> None:
    fields = setup_fields("Third", "owner@acme.example")
    db.write(create_workspace, SYSTEM, fields, PASSWORD_HASH, furnish_workspace)
    assert len(db.read(list_workspaces, SYSTEM)) == 3


def test_a_change_stays_within_its_workspace_and_is_recorded(db: Database, team: Team) -> None:
    changes = parse_fields(WorkspaceChanges, {"name": "Acme GmbH", "currency": "eur", "country": "de"})
    changed = db.write(change_workspace, team.owner, changes, 1)
    assert (changed.name, changed.currency, changed.country, changed.version) == ("Acme GmbH", "EUR", "DE", 2)
    assert db.read(get_workspace, team.outsider).name == "Elsewhere"
    newest = db.read(list_activities, team.owner, ActivityFilter(), limit=1).rows[0]
    assert (newest.action, newest.before) == (
        "workspace.changed", {"name": "Acme", "currency": "USD", "country": "US"},
    )  # fmt: skip


def test_an_older_version_is_refused(db: Database, team: Team) -> None:
    db.write(change_workspace, team.owner, WorkspaceChanges(name="One"), 1)
    with pytest.raises(Stale):
        db.write(change_workspace, team.owner, WorkspaceChanges(name="Two"), 1)


def test_a_currency_that_has_ended_stays_but_is_not_taken_anew(db: Database, team: Team) -> None:
    """An old workspace may have one; its form sends it back unchanged."""
    db.write(_have_currency, team.owner, "DEM")
    kept = parse_fields(WorkspaceChanges, {"name": "Acme GmbH", "currency": "DEM"})
    changed = db.write(change_workspace, team.owner, kept)
    assert (changed.name, changed.currency) == ("Acme GmbH", "DEM")
    with pytest.raises(Invalid) as caught:
        db.write(change_workspace, team.owner, parse_fields(WorkspaceChanges, {"currency": "FRF"}))
    assert [problem.field for problem in caught.value.problems] == ["currency"]
    assert db.read(get_workspace, team.owner).currency == "DEM"


def _have_currency(tx: Transaction, code: str) -> None:
    tx.run("UPDATE workspaces SET currency = :code WHERE id = :workspace_id", code=code)
