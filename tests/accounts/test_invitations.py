"""An invitation makes one user, once, within its time and its maker's rights."""

from typing import Any

import pytest
from pydantic import SecretStr

from crm.accounts.credentials import new_secret
from crm.accounts.fields import InvitationFields, JoinFields, UserChanges
from crm.accounts.invitations import (
    Welcome,
    accept_invitation,
    create_invitation,
    list_invitations,
    revoke_invitation,
    show_welcome,
)
from crm.accounts.users import change_user, get_user, list_users
from crm.activity.chain import verify_chain
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import Conflict, Forbidden, Invalid, NotFound
from tests.support.frozen_clock import FrozenClock
from tests.support.people import PASSWORD, PASSWORD_HASH, Team, enter


def invite(db: Database, actor: Actor, **fields: Any) -> str:
    return db.write(create_invitation, actor, InvitationFields(**fields), new_secret()).token


def join(db: Database, token: str, **fields: Any) -> Actor:
    given = {"name": "Greta", "email": "greta@acme.example", "password": SecretStr(PASSWORD), **fields}
    return db.write(accept_invitation, SYSTEM, JoinFields(token=SecretStr(token), **given), PASSWORD_HASH)


def test_whoever_holds_the_link_joins_once(db: Database, team: Team) -> None:
    token = invite(db, team.admin, role="member")
    assert db.read(show_welcome, SYSTEM, token) == Welcome("Acme", "member", None)
    guest = join(db, token)
    user = db.read(get_user, guest, int(guest.user_id or 0))
    assert (user.name, user.role) == ("Greta", "member")
    enter(db, "greta@acme.example")
    for attempt in (
        lambda: join(db, token, name="Other", email="o@acme.example"),
        lambda: db.read(show_welcome, SYSTEM, token),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert db.read(verify_chain, team.owner).broken_at is None


def test_an_address_in_the_invitation_goes_before_the_guest_s(db: Database, team: Team) -> None:
    guest = join(db, invite(db, team.owner, email="greta@acme.example"), email="other@acme.example")
    assert db.read(get_user, guest, int(guest.user_id or 0)).email == "greta@acme.example"


def test_some_address_is_required(db: Database, team: Team) -> None:
    token = invite(db, team.owner)
    with pytest.raises(Invalid):
        join(db, token, email=None)


def test_a_refused_guest_may_try_again(db: Database, team: Team) -> None:
    token = invite(db, team.owner)
    with pytest.raises(Conflict):
        join(db, token, name="viewer")
    join(db, token)


@pytest.mark.parametrize("email", ["viewer@acme.example", "VIEWER@acme.example"])
def test_nobody_is_invited_who_is_in_already(db: Database, team: Team, email: str) -> None:
    with pytest.raises(Conflict, match="Already in use: email"):
        invite(db, team.owner, email=email)
    assert db.read(list_invitations, team.owner) == []


def test_who_is_in_elsewhere_is_invited_and_joins_like_anybody(db: Database, team: Team) -> None:
    token = invite(db, team.owner, email="owner@elsewhere.example")
    invite(db, team.owner, email="nobody@elsewhere.example")
    first, second = db.read(list_invitations, team.owner)
    assert (first.role, first.expires_at[:10]) == (second.role, second.expires_at[:10])
    guest = join(db, token, email=None)
    assert db.read(get_user, guest, int(guest.user_id or 0)).email == "owner@elsewhere.example"
    assert guest.workspace_id == team.owner.workspace_id != team.outsider.workspace_id


def test_the_id_of_a_revoked_invitation_is_not_given_again(db: Database, team: Team) -> None:
    fields = InvitationFields()
    first = db.write(create_invitation, team.owner, fields, new_secret()).id
    db.write(revoke_invitation, team.owner, first)
    assert db.write(create_invitation, team.owner, fields, new_secret()).id > first


def test_it_ends_in_time(db: Database, team: Team, frozen_clock: FrozenClock) -> None:
    token = invite(db, team.owner)
    frozen_clock.advance(days=7)
    assert db.read(list_invitations, team.owner) == []
    with pytest.raises(NotFound):
        join(db, token)


def test_it_can_be_revoked_in_its_own_workspace(db: Database, team: Team) -> None:
    token = invite(db, team.owner)
    [listed] = db.read(list_invitations, team.admin)
    assert listed.created_by == "Olga"
    assert db.read(list_invitations, team.outsider) == []
    with pytest.raises(NotFound):
        db.write(revoke_invitation, team.outsider, listed.id)
    db.write(revoke_invitation, team.admin, listed.id)
    with pytest.raises(NotFound):
        join(db, token)


def test_nobody_invites_above_himself(db: Database, team: Team) -> None:
    with pytest.raises(Forbidden):
        invite(db, team.admin, role="owner")
    invite(db, team.owner, role="owner")


@pytest.mark.parametrize("loss", [{"role": "member"}, {"disabled": True}])
def test_it_does_not_outlive_its_maker_s_rights(db: Database, team: Team, loss: dict[str, Any]) -> None:
    token = invite(db, team.admin, role="admin")
    db.write(change_user, team.owner, int(team.admin.user_id or 0), UserChanges(**loss))
    before = db.read(list_users, team.owner)
    with pytest.raises(NotFound):
        join(db, token)
    assert db.read(list_users, team.owner) == before
