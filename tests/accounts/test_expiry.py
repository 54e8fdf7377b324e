"""What time has ended goes; what it has not stays."""

from crm.accounts.credentials import new_secret
from crm.accounts.expiry import prune_expired
from crm.accounts.fields import InvitationFields, TokenFields
from crm.accounts.invitations import create_invitation, list_invitations
from crm.accounts.sessions import list_sessions
from crm.accounts.tokens import create_token, list_tokens
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.frozen_clock import FrozenClock
from tests.support.people import Team, enter


def count_left(tx: Transaction) -> dict[str, int]:
    tables = ("sessions", "invitations", "devices", "login_attempts", "tokens")
    return {table: tx.value(f"SELECT COUNT(*) FROM {table}") for table in tables}


def test_it_removes_what_is_over_and_nothing_else(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    enter(db, "owner@acme.example")
    db.write(create_invitation, team.owner, InvitationFields(), new_secret())
    db.write(create_token, team.owner, TokenFields(name="sync", days=1), new_secret())
    frozen_clock.advance(days=13)
    enter(db, "owner@acme.example")
    db.write(create_invitation, team.owner, InvitationFields(), new_secret())
    frozen_clock.advance(days=2)
    counts = db.read(count_left, SYSTEM)["login_attempts"]
    assert counts and db.write(prune_expired, SYSTEM) == 2 + counts
    assert db.read(count_left, SYSTEM) == {
        "sessions": 1, "invitations": 1, "devices": 2, "login_attempts": 0, "tokens": 1,
    }  # fmt: skip
    assert len(db.read(list_sessions, team.owner)) == len(db.read(list_invitations, team.owner)) == 1
    assert [token.name for token in db.read(list_tokens, team.owner)] == ["sync"]
    assert db.write(prune_expired, SYSTEM) == 0
