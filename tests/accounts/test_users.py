"""Users: unique, ranked, never without an owner, and out at once when disabled."""

from typing import Any

import pytest
from pydantic import SecretStr

from crm.accounts.fields import InvitationFields, TokenFields, UserChanges, UserFields
from crm.accounts.invitations import create_invitation, list_invitations
from crm.accounts.permissions import Role
from crm.accounts.sessions import identify_session
from crm.accounts.tokens import create_token, identify_token, list_tokens
from crm.accounts.users import change_user, create_user, get_user, list_users
from crm.activity.timeline import ActivityFilter, list_activities
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import Conflict, Forbidden, NotFound, Stale
from tests.support.people import PASSWORD, PASSWORD_HASH, Team, enter, hire


def fields(**given: Any) -> UserFields:
    return UserFields(
        **{
            "email": "new@acme.example",
            "name": "New",
            "role": "member",
            "password": SecretStr(PASSWORD),
            **given,
        }
    )


def change(db: Database, actor: Actor, who: Actor, expected: int | None = None, **changes: Any) -> None:
    db.write(change_user, actor, int(who.user_id or 0), UserChanges(**changes), expected)


def happened(db: Database, actor: Actor) -> list[tuple[str, Any, Any]]:
    page = db.read(list_activities, actor, ActivityFilter(), limit=100)
    return [(each.action, each.before, each.after) for each in page.rows]


def test_a_user_and_its_activity_come_together(db: Database, team: Team) -> None:
    user = db.write(create_user, team.owner, fields(), PASSWORD_HASH)
    assert (user.email, user.name, user.role, user.disabled_at) == ("new@acme.example", "New", "member", None)
    assert happened(db, team.owner)[0] == (
        "user.created", None, {"email": "new@acme.example", "name": "New", "role": "member"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"email": "viewer@acme.example"}, ["email"]),
        ({"name": "ＶＩＥＷＥＲ"}, ["name"]),
        ({"email": "viewer@acme.example", "name": " viewer "}, ["email", "name"]),
    ],
)
def test_an_e_mail_and_a_name_are_unique_in_the_workspace(
    db: Database, team: Team, given: dict[str, Any], taken: list[str]
) -> None:
    before = db.read(list_users, team.owner)
    with pytest.raises(Conflict) as caught:
        db.write(create_user, team.owner, fields(**given), PASSWORD_HASH)
    errors: Any = caught.value.extra["errors"]
    assert [error["field"] for error in errors] == taken
    assert db.read(list_users, team.owner) == before


def test_the_same_name_may_stand_in_two_workspaces(db: Database, team: Team) -> None:
    names = {user.name for user in db.read(list_users, team.owner)}
    assert names == {"Olga", "Admin", "Member", "Viewer"}
    assert [user.name for user in db.read(list_users, team.outsider)] == ["Olga"]


def test_nobody_reaches_a_user_of_another_workspace(db: Database, team: Team) -> None:
    with pytest.raises(NotFound):
        db.read(get_user, team.outsider, int(team.viewer.user_id or 0))
    with pytest.raises(NotFound):
        change(db, team.outsider, team.viewer, disabled=True)


@pytest.mark.parametrize("role", ["owner"])
def test_an_admin_makes_and_touches_nobody_above_himself(db: Database, team: Team, role: Role) -> None:
    with pytest.raises(Forbidden):
        db.write(create_user, team.admin, fields(role=role), PASSWORD_HASH)
    with pytest.raises(Forbidden):
        change(db, team.admin, team.viewer, role=role)
    with pytest.raises(Forbidden):
        change(db, team.admin, team.owner, name="Nobody")
    change(db, team.admin, team.viewer, role="admin")


def test_the_last_owner_stays_owner_and_enabled(db: Database, team: Team) -> None:
    second = hire(db, team.owner, "owner", "second")
    change(db, second, team.owner, role="member")
    for loss in ({"role": "admin"}, {"disabled": True}):
        with pytest.raises(Conflict):
            change(db, second, second, **loss)
    third = hire(db, second, "owner", "third")
    change(db, second, third, disabled=True)
    with pytest.raises(Conflict):
        change(db, second, second, role="admin")


def test_nobody_disables_himself_by_mistake(db: Database, team: Team) -> None:
    with pytest.raises(Conflict):
        change(db, team.admin, team.admin, disabled=True)


def test_a_disabled_user_is_out_at_once_and_for_good(db: Database, team: Team) -> None:
    session = enter(db, "admin@acme.example").session
    token = db.write(create_token, team.admin, TokenFields(name="sync"), "s" * 43).token
    db.write(create_invitation, team.admin, InvitationFields(), "i" * 43)
    assert db.read(identify_session, SYSTEM, session) and db.read(identify_token, SYSTEM, token)
    change(db, team.owner, team.admin, disabled=True)
    assert db.read(identify_session, SYSTEM, session) is None
    assert db.read(identify_token, SYSTEM, token) is None
    assert db.read(list_invitations, team.owner) == []
    change(db, team.owner, team.admin, disabled=False)
    assert db.read(identify_session, SYSTEM, session) is None
    assert db.read(identify_token, SYSTEM, token) is None
    assert db.read(list_tokens, team.admin) == []
    assert [entry[0] for entry in happened(db, team.owner)][:2] == ["user.enabled", "user.disabled"]


def test_only_what_differs_is_written_and_recorded(db: Database, team: Team) -> None:
    change(db, team.owner, team.viewer, name="Vera", role="viewer")
    assert happened(db, team.owner)[0] == ("user.changed", {"name": "Viewer"}, {"name": "Vera"})
    before = happened(db, team.owner)
    change(db, team.owner, team.viewer, name="Vera")
    assert happened(db, team.owner) == before


def test_a_change_of_an_older_version_is_refused(db: Database, team: Team) -> None:
    change(db, team.owner, team.viewer, 1, name="Vera")
    with pytest.raises(Stale) as caught:
        change(db, team.owner, team.viewer, 1, name="Veronica")
    current: Any = caught.value.extra["current"]
    assert (current["name"], current["version"]) == ("Vera", 2)
