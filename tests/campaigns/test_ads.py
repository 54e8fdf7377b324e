"""Ad sets and ads are kept below their campaign: its own day is counted once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm.campaigns.ads import list_ads
from crm.campaigns.arriving import collect_rows
from crm.campaigns.platform_rows import AdPart, PlatformRow, cut
from crm.campaigns.reconciling import balance_months
from crm.campaigns.rolling_up import roll_up_stale
from crm.campaigns.summaries import list_summaries
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict
from tests.support.campaigns import day_of, last_month
from tests.support.cast import Cast
from tests.support.faults import contents, failing

RED = AdPart("70", "Roofs", "700", "A red roof")
BLUE = AdPart("70", "Roofs", "701", "A blue roof")


def told(spend: int, part: AdPart | None, day: int = 1, **given: Any) -> PlatformRow:
    on = date.fromisoformat(day_of(last_month(), day))
    figures = {"impressions": 10, "clicks": 2, "spend": spend * 1_000_000, "conversions": Decimal("0.5")}
    return PlatformRow(on, "7", "Spring", "EUR", **{**figures, **given}, part=part)


def shares(db: Database, who: Actor, campaign: int) -> list[tuple[object, ...]]:
    first, last = (date.fromisoformat(day_of(last_month(), day)) for day in (1, 28))
    found = db.read(list_ads, who, campaign, first, last)
    return [(each.ad_set, each.ad, each.spend, each.clicks, each.conversion_value) for each in found]


def campaign_of(db: Database, who: Actor) -> int:
    return int(
        db.read(lambda tx: tx.value("SELECT id FROM campaigns WHERE workspace_id = :workspace_id"), who)
    )


def spent(db: Database, who: Actor, campaign: int) -> object:
    roll_up_stale(db)
    (found,) = db.read(list_summaries, who, campaign)
    return found.spend


def test_what_ads_cost_is_kept_beside_the_sum_of_their_campaign(db: Database, cast: Cast) -> None:
    rows = [told(3, RED), told(5, BLUE), told(1, RED, day=2), told(2, None, day=3)]
    arrived = db.write(collect_rows, cast.owner, "meta_ads", rows)
    assert (arrived.collected.rows, arrived.collected.new) == (3, 3)
    campaign = campaign_of(db, cast.owner)
    expected = [("Roofs", "A blue roof", 5, 2, None), ("Roofs", "A red roof", 4, 4, None)]
    assert shares(db, cast.owner, campaign) == expected
    assert spent(db, cast.owner, campaign) == 11
    assert [each.differing for each in db.read(balance_months, cast.owner)] == [0]
    before = contents(db)
    arrived = db.write(collect_rows, cast.owner, "meta_ads", rows)
    assert arrived.collected.unchanged == 3
    changed = {table for table, found in contents(db).items() if found != before[table]}
    assert changed <= {"collection_log"}, "the same again changes nothing"
    assert shares(db, cast.owner, db.read(lambda _tx: campaign, cast.owner)) == expected


def test_a_day_that_is_told_again_takes_the_place_of_its_parts(db: Database, cast: Cast) -> None:
    db.write(collect_rows, cast.owner, "meta_ads", [told(3, RED), told(5, BLUE)])
    renamed = replace(RED, ad="A crimson roof")
    db.write(collect_rows, cast.owner, "meta_ads", [told(6, renamed)])
    campaign = campaign_of(db, cast.owner)
    assert shares(db, cast.owner, campaign) == [("Roofs", "A crimson roof", 6, 2, None)]
    assert spent(db, cast.owner, campaign) == 6


def test_details_add_nothing_to_the_campaign(db: Database, cast: Cast) -> None:
    details = [replace(told(4, RED), detail=True), replace(told(4, AdPart(ad_set="Only a set")), detail=True)]
    db.write(collect_rows, cast.owner, "google_ads", [told(9, None), *details])
    campaign = campaign_of(db, cast.owner)
    assert spent(db, cast.owner, campaign) == 9
    assert sorted(shares(db, cast.owner, campaign), key=str) == [
        ("Only a set", None, 4, 2, None),
        ("Roofs", "A red roof", 4, 2, None),
    ]


@pytest.mark.parametrize("table", ["ad_sets", "ads", "ad_kpi_data", "daily_kpi_data", "collection_log"])
def test_a_failure_at_any_step_leaves_the_day_and_its_parts_as_they_were(
    db: Database, cast: Cast, table: str
) -> None:
    db.write(collect_rows, cast.owner, "meta_ads", [told(3, RED)])
    before, other = contents(db), AdPart("71", "Walls", "710", "A white wall")
    with failing(db, table, "BEFORE INSERT"), pytest.raises(Conflict, match="contradicts"):
        db.write(collect_rows, cast.owner, "meta_ads", [told(4, RED), told(5, other)])
    assert contents(db) == before
    db.write(collect_rows, cast.owner, "meta_ads", [told(4, RED), told(5, other)])
    assert spent(db, cast.owner, campaign_of(db, cast.owner)) == 9


def test_others_see_no_ads(db: Database, cast: Cast) -> None:
    db.write(collect_rows, cast.owner, "meta_ads", [told(3, RED)])
    db.write(collect_rows, cast.outsider, "meta_ads", [told(8, RED)])
    assert [each[2] for each in shares(db, cast.owner, campaign_of(db, cast.owner))] == [3]


def test_pieces_keep_a_campaigns_day_together() -> None:
    rows = [told(1, AdPart(ad=str(number)), day=1 + number % 3) for number in range(30)]
    pieces = cut(rows, 15)
    assert sorted(map(len, pieces)) == [10, 10, 10]
    assert [len({row.day for row in piece}) for piece in pieces] == [1, 1, 1]
    assert cut(rows, 20) == [pieces[0] + pieces[1], pieces[2]] and cut([], 5) == []
