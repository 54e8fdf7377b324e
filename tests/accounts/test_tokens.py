"""API tokens: shown once, stored hashed, over in time, and gone with their user."""

from functools import partial

import pytest

from crm.accounts.credentials import new_secret
from crm.accounts.fields import TokenFields
from crm.accounts.permissions import permissions_of
from crm.accounts.tokens import create_token, identify_token, list_tokens, revoke_token, touch_token
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import NotFound
from crm.kinds import KINDS
from tests.support.frozen_clock import FrozenClock
from tests.support.people import Team


def test_a_token_is_known_by_its_secret_alone(db: Database, team: Team) -> None:
    made = db.write(create_token, team.member, TokenFields(name="sync", scope="read"), new_secret())
    assert made.token.startswith("hf_") and made.token.startswith(made.hint)
    known = db.read(identify_token, SYSTEM, made.token)
    assert known is not None
    assert (known.user_id, known.kind, known.scope, known.credential_id) == (
        team.member.user_id, "token", "read", made.id,
    )  # fmt: skip
    may = partial(permissions_of(KINDS).allow, known.role, scope=known.scope)
    assert may("clients.read") and not may("clients.write")
    for other in ("", "hf_", made.token[:-1], made.token + "x", made.token.lower()):
        assert db.read(identify_token, SYSTEM, other) is None


@pytest.mark.sqlite("reads the bytes of the file")
def test_a_token_is_stored_hashed(db: Database, team: Team) -> None:
    made = db.write(create_token, team.member, TokenFields(name="sync"), new_secret())
    db.close()
    stored = b"".join(path.read_bytes() for path in db.path.parent.iterdir() if path.is_file())
    assert b"sync" in stored and made.token.encode() not in stored


def test_a_token_ends_on_its_day(db: Database, team: Team, frozen_clock: FrozenClock) -> None:
    made = db.write(create_token, team.member, TokenFields(name="sync", days=1), new_secret())
    frozen_clock.advance(hours=23, minutes=59)
    assert db.read(identify_token, SYSTEM, made.token)
    frozen_clock.advance(minutes=1)
    assert db.read(identify_token, SYSTEM, made.token) is None
    assert [token.name for token in db.read(list_tokens, team.member)] == ["sync"]


def test_a_token_is_its_user_s_to_see_and_revoke(db: Database, team: Team) -> None:
    made = db.write(create_token, team.member, TokenFields(name="sync"), new_secret())
    for other in (team.owner, team.outsider):
        assert db.read(list_tokens, other) == []
        with pytest.raises(NotFound):
            db.write(revoke_token, other, made.id)
    db.write(revoke_token, team.member, made.id)
    assert db.read(identify_token, SYSTEM, made.token) is None
    assert db.read(list_tokens, team.member) == []
    with pytest.raises(NotFound):
        db.write(revoke_token, team.member, made.id)


def test_the_last_use_is_written_hourly(db: Database, team: Team, frozen_clock: FrozenClock) -> None:
    made = db.write(create_token, team.member, TokenFields(name="sync"), new_secret())

    def use() -> tuple[bool, str | None]:
        known = db.read(identify_token, SYSTEM, made.token)
        assert known is not None
        if known.refresh_due:
            db.write(touch_token, known.actor(), known.credential_id)
        return known.refresh_due, db.read(list_tokens, team.member)[0].last_used_at

    first = frozen_clock.advance(seconds=1)
    assert use() == (True, first)
    frozen_clock.advance(minutes=59)
    assert use() == (False, first)
    second = frozen_clock.advance(minutes=1)
    assert use() == (True, second)
