"""The log forgets what arrived long ago, and nothing that is dead or waits."""

import pytest

from crm.config import Settings
from crm.webhooks import jobs
from crm.webhooks.jobs import forget_deliveries
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.receivers import Reply
from tests.webhooks.conftest import Telling


def test_after_thirty_days_only_what_did_not_arrive_is_in_the_log(
    telling: Telling, settings: Settings, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = telling.hook(kinds=["client"])
    for number in range(5):
        last = add_client(telling.db, telling.who, name=f"Client {number}")
    telling.receiver.to[last.id] = Reply(500)
    telling.told()
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    frozen_clock.advance(days=29)
    assert forget_deliveries(telling.db, settings) == 0
    before = telling.log(hook.id)
    frozen_clock.advance(days=2)
    assert (
        forget_deliveries(telling.db, settings) == len([each for each in before if each.state == "done"]) == 4
    )
    assert telling.log(hook.id) == [each for each in before if each.state != "done"]
