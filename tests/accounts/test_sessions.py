"""Sessions end by disuse, by age, or when their user ends them."""

from datetime import timedelta

import pytest

from crm.accounts.sessions import (
    IDLE,
    LONGEST,
    end_other_sessions,
    end_session,
    identify_session,
    list_sessions,
    touch_session,
)
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import NotFound
from tests.support.frozen_clock import FrozenClock
from tests.support.people import Team, enter

MEMBER = "member@acme.example"


def use(db: Database, session: str) -> bool:
    """As a request does it: look, and note the use when that is due."""
    known = db.read(identify_session, SYSTEM, session)
    if known is not None and known.refresh_due:
        db.write(touch_session, known.actor(), known.credential_id)
    return known is not None


def test_an_unused_session_ends(db: Database, team: Team, frozen_clock: FrozenClock) -> None:
    session = enter(db, MEMBER).session
    frozen_clock.advance(seconds=IDLE.total_seconds() - 1)
    assert use(db, session)
    frozen_clock.advance(seconds=IDLE.total_seconds() - 1)
    assert use(db, session)
    frozen_clock.advance(seconds=IDLE.total_seconds())
    assert not use(db, session)


def test_a_used_session_ends_all_the_same_in_time(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    session = enter(db, MEMBER).session
    for _ in range(LONGEST // timedelta(days=9)):
        frozen_clock.advance(days=9)
        lasts = use(db, session)
    assert not lasts


def test_reading_writes_the_last_use_at_most_hourly(
    db: Database, team: Team, frozen_clock: FrozenClock
) -> None:
    entered = enter(db, MEMBER)
    start = db.read(list_sessions, team.member)[0].last_seen_at
    frozen_clock.advance(minutes=59)
    assert use(db, entered.session)
    assert db.read(list_sessions, team.member)[0].last_seen_at == start
    now = frozen_clock.advance(minutes=1)
    assert use(db, entered.session)
    assert db.read(list_sessions, team.member)[0].last_seen_at == now


def test_a_user_ends_one_of_his_own_and_nobody_else_s(db: Database, team: Team) -> None:
    session = enter(db, MEMBER).session
    [listed] = db.read(list_sessions, team.member)
    for other in (team.owner, team.outsider):
        assert listed.id not in {each.id for each in db.read(list_sessions, other)}
        with pytest.raises(NotFound):
            db.write(end_session, other, listed.id)
    db.write(end_session, team.member, listed.id)
    assert db.read(identify_session, SYSTEM, session) is None


def test_all_others_end_and_this_one_stays(db: Database, team: Team) -> None:
    first, second, mine = (enter(db, MEMBER).session for _ in range(3))
    known = db.read(identify_session, SYSTEM, mine)
    assert known is not None
    assert db.write(end_other_sessions, team.member, known.credential_id) == 2
    assert [bool(db.read(identify_session, SYSTEM, each)) for each in (first, second, mine)] == [
        False,
        False,
        True,
    ]
