"""The shared fixtures give what they promise."""

from datetime import timedelta

from crm import clock
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.cast import Cast
from tests.support.frozen_clock import START, FrozenClock


def count_colleagues(tx: Transaction) -> int:
    return int(tx.value("SELECT count(*) FROM users WHERE workspace_id = :workspace_id"))


def test_the_outsider_stands_alone_in_another_workspace(db: Database, cast: Cast) -> None:
    assert cast.owner.workspace_id == cast.colleague.workspace_id != cast.outsider.workspace_id
    assert db.read(count_colleagues, cast.owner) == 2
    assert db.read(count_colleagues, cast.outsider) == 1


def test_the_frozen_clock_moves_only_when_it_is_moved(frozen_clock: FrozenClock) -> None:
    assert clock.now() == clock.now() == START
    assert frozen_clock.advance(hours=1) == "2026-11-21T08:39:11.123Z"
    assert clock.now() - START == timedelta(hours=1)
