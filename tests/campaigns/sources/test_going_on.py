"""A run that died in the middle of the pages is gone on with behind those that came, or begun anew."""

from typing import Any

import pytest

from crm.campaigns.sources import jobs
from crm.campaigns.sources.claims import LEASE
from crm.campaigns.sources.fields import SourceChanges
from crm.campaigns.sources.kept_pages import KEPT_FOR
from crm.campaigns.sources.source import Source
from crm.campaigns.sources.sources import change_source
from tests.campaigns.sources.conftest import LOOPBACK, Collector
from tests.campaigns.sources.test_collecting import meta
from tests.support.ad_platform import AdPlatform
from tests.support.frozen_clock import FrozenClock

HOST = "https://graph.example.com"
FIRST = {"data": [meta("1", "2026-11-17", "1")], "paging": {"next": f"{HOST}/next?access_token=s3cret"}}
SECOND = {"data": [meta("2", "2026-11-18", "1")], "paging": {"next": f"{HOST}/last?access_token=s3cret"}}
LAST = {"data": [meta("3", "2026-11-19", "1")]}
ENDED = {"error": {"message": "(#100) The cursor is not valid", "code": 100}}
PAGES = "SELECT content FROM campaign_source_pages WHERE workspace_id = :workspace_id"


class Killed(BaseException):
    """Nothing of the run is settled, as after a kill."""


@pytest.fixture
def died(collector: Collector, platform: AdPlatform, monkeypatch: pytest.MonkeyPatch) -> Source:
    """In the pause before its last page."""
    platform.tell("/act_1/insights", FIRST)
    platform.tell("/next", SECOND)
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 2:
            raise Killed

    source = collector.add("meta_ads", account="1", credentials={"access_token": "s3cret"})
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "wait", pause)
        with pytest.raises(Killed):
            collector.run(source)
    monkeypatch.setattr(jobs, "wait", lambda _seconds: None)
    platform.asked.clear()
    return source


def kept(collector: Collector) -> list[Any]:
    return [row[0] for row in collector.db.read(lambda tx: tx.tuples(PAGES), collector.actor)]


def test_it_goes_on_behind_the_pages_that_came(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock, died: Source
) -> None:
    assert collector.rows() == [] and len(kept(collector)) == 2, "half an account is none"
    assert not any(b"s3cret" in each for each in kept(collector)), "they are sealed"
    collector.run(died)
    assert platform.asked == [], "the run may be alive still"
    frozen_clock.advance(seconds=LEASE.total_seconds() + 1)
    platform.tell("/last", LAST)
    assert collector.run(died).state == "good"
    assert platform.paths() == ["/last"] and len(collector.rows()) == 3
    assert kept(collector) == []


@pytest.mark.parametrize("why", ["cursor", "time", "change"])
def test_it_begins_anew_where_the_pages_are_good_no_more(
    collector: Collector, platform: AdPlatform, frozen_clock: FrozenClock, died: Source, why: str
) -> None:
    frozen_clock.advance(seconds=LEASE.total_seconds() + 1)
    if why == "cursor":
        platform.tell("/last", ENDED, 400)
    if why == "time":
        frozen_clock.advance(seconds=KEPT_FOR.total_seconds())
    if why == "change":
        fresh = SourceChanges(credentials={"access_token": "another"})
        collector.db.write(change_source, collector.actor, collector.vault, LOOPBACK, died.id, fresh)
    platform.tell("/last", LAST)
    assert collector.run(died).state == "good"
    ended = ["/last"] if why == "cursor" else []
    assert platform.paths() == [*ended, "/act_1/insights", "/next", "/last"]
    assert len(collector.rows()) == 3 and kept(collector) == []
