"""Collecting and summing up are whole or nothing, and end as if one had followed the other."""

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm import clock
from crm.campaigns import rolling_up
from crm.campaigns.campaigns import create_campaign
from crm.campaigns.collecting import Collected, collect_daily
from crm.campaigns.fields import CampaignFields
from crm.campaigns.figures import DailyFigures
from crm.campaigns.reconciling import balance_months
from crm.campaigns.rolling_up import (
    CAMPAIGNS_AT_ONCE,
    MonthSums,
    calculate_month,
    replace_month,
    roll_up,
    roll_up_stale,
)
from crm.campaigns.summaries import list_summaries
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from tests.support.campaigns import last_month
from tests.support.cast import Cast
from tests.support.crm_command import crm, environment_for
from tests.support.faults import contents, failing
from tests.support.threads import run_in_threads

COLLECTED_IN = ("collection_log", "daily_kpi_data", "daily_kpi_revisions", "kpi_months", "activities")
SUMMED_IN = ("campaign_summaries", "campaign_reports", "kpi_months")
WRITES = ("BEFORE INSERT", "BEFORE UPDATE", "BEFORE DELETE")


def add(db: Database, who: Actor, name: str = "Spring") -> int:
    return db.write(create_campaign, who, parse_fields(CampaignFields, {"name": name})).id


def collect(db: Database, who: Actor, campaign: int, spend: str, days: int = 3) -> Collected:
    first = date.fromisoformat(f"{last_month()}-01")
    rows = [
        DailyFigures(campaign, first + timedelta(days=each), clicks=1, spend=Decimal(spend))
        for each in range(days)
    ]
    return db.write(collect_daily, who, "google_ads", rows)


def spent(db: Database, who: Actor, campaign: int) -> object:
    (found,) = db.read(list_summaries, who, campaign)
    return found.spend


@pytest.mark.parametrize("table", COLLECTED_IN)
def test_a_failure_while_collecting_leaves_what_there_was(db: Database, cast: Cast, table: str) -> None:
    campaign = add(db, cast.owner)
    collect(db, cast.owner, campaign, "1")
    before, failed = contents(db), 0
    for moment in WRITES:
        with failing(db, table, moment):
            try:
                collect(db, cast.owner, campaign, "2", days=4)
            except Exception:  # noqa: BLE001 - whatever the engine says
                failed += 1
        if failed:
            assert contents(db) == before
            break
    assert failed
    assert collect(db, cast.owner, campaign, "2", days=4) == Collected(4, 1, 3, 0)


@pytest.mark.parametrize("table", SUMMED_IN)
def test_a_failure_while_summing_up_leaves_what_there_was(db: Database, cast: Cast, table: str) -> None:
    campaign, month = add(db, cast.owner), last_month()
    collect(db, cast.owner, campaign, "1")
    roll_up(db, cast.owner, month)
    collect(db, cast.owner, campaign, "2")
    before, failed = contents(db), 0
    for moment in WRITES:
        with failing(db, table, moment):
            try:
                roll_up(db, cast.owner, month)
            except Exception:  # noqa: BLE001 - whatever the engine says
                failed += 1
        if failed:
            assert contents(db) == before
            break
    assert failed
    roll_up(db, cast.owner, month)
    assert spent(db, cast.owner, campaign) == 6


def test_a_correction_between_the_snapshot_and_the_sums_is_not_lost(db: Database, cast: Cast) -> None:
    """100, then 110 while the month is summed up, then 115."""
    campaign, month = add(db, cast.owner), last_month()
    collect(db, cast.owner, campaign, "100", days=1)
    before = db.read(calculate_month, cast.owner, month)
    collect(db, cast.owner, campaign, "110", days=1)
    assert db.write(replace_month, cast.owner, before) is False
    assert db.read(list_summaries, cast.owner, campaign) == []
    roll_up(db, cast.owner, month)
    assert spent(db, cast.owner, campaign) == 110
    collect(db, cast.owner, campaign, "115", days=1)
    assert roll_up_stale(db) == 1
    assert roll_up_stale(db) == 0
    assert spent(db, cast.owner, campaign) == 115


def test_others_write_while_a_month_is_calculated(db: Database, cast: Cast) -> None:
    """However long it takes: only the sums that are ready take the lock, and not where days changed."""
    campaign, month = add(db, cast.owner), last_month()
    collect(db, cast.owner, campaign, "1")

    def calculate(tx: Transaction) -> MonthSums:
        before = calculate_month(tx, month)
        (done,) = run_in_threads(lambda _: collect(db, cast.owner, campaign, "2"), 1, seconds=20)
        assert done.changed == 3
        again = calculate_month(tx, month)
        assert again.sums == before.sums, "all of one snapshot"
        return again

    assert db.write(replace_month, cast.owner, db.read(calculate, cast.owner)) is False
    roll_up(db, cast.owner, month)
    assert spent(db, cast.owner, campaign) == 6


def test_days_that_change_between_two_pieces_are_not_lost(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaigns, month = [add(db, cast.owner, f"Campaign {each}") for each in range(2)], last_month()
    for each in campaigns:
        collect(db, cast.owner, each, "1")
    read_piece, corrected = vars(rolling_up)["_daily_rows"], list[object]()

    def read_late(tx: Transaction, month: str, ids: list[int]) -> object:
        if ids == campaigns[1:] and not corrected:
            corrected.extend(
                run_in_threads(lambda _: collect(db, cast.owner, campaigns[0], "2"), 1, seconds=20)
            )
        return read_piece(tx, month, ids)

    monkeypatch.setattr(rolling_up, "CAMPAIGNS_AT_ONCE", 1)
    monkeypatch.setattr(rolling_up, "_daily_rows", read_late)
    roll_up(db, cast.owner, month)
    assert corrected and [spent(db, cast.owner, each) for each in campaigns] == [6, 3]


def test_threads_that_sum_up_and_collect_at_once_end_as_if_one_followed_the_other(
    db: Database, cast: Cast
) -> None:
    campaigns, month = [add(db, cast.owner, f"Campaign {each}") for each in range(3)], last_month()

    def work(number: int) -> None:
        for step in range(4):
            if number < 2:
                roll_up(db, cast.owner, month)
            else:
                collect(db, cast.owner, campaigns[number - 2], str(step + number))

    run_in_threads(work, 5)
    roll_up_stale(db)
    assert [each.differing for each in db.read(balance_months, cast.owner)] == [0]
    assert [spent(db, cast.owner, each) for each in campaigns] == [15, 18, 21]


def test_processes_that_sum_up_while_days_are_collected_end_so_too(
    db: Database, cast: Cast, settings: Settings
) -> None:
    campaign, month = add(db, cast.owner), last_month()
    collect(db, cast.owner, campaign, "1")
    command = [sys.executable, "-m", "crm", "kpis", "aggregate", month, "--workspace"]
    running = [
        subprocess.Popen([*command, str(cast.owner.workspace_id)], env=environment_for(settings))
        for _ in range(2)
    ]
    for spend in range(2, 8):
        collect(db, cast.owner, campaign, str(spend))
    assert [each.wait(timeout=120) for each in running] == [0, 0]
    roll_up_stale(db)
    assert spent(db, cast.owner, campaign) == 21
    done = crm(settings, "reconcile")
    assert (done.returncode, f"{month}: 3 days = their sums" in done.stdout) == (0, True), done


def test_sums_that_are_not_those_of_their_days_are_found(
    db: Database, cast: Cast, settings: Settings
) -> None:
    campaign, month = add(db, cast.owner), last_month()
    collect(db, cast.owner, campaign, "1")
    roll_up(db, cast.owner, month)
    db.write(
        lambda tx: tx.run("UPDATE campaign_summaries SET spend = 7 WHERE workspace_id = :workspace_id"),
        cast.owner,
    )
    done = crm(settings, "reconcile")
    assert (done.returncode, "DIFFERENCES" in done.stdout) == (1, True), done


def test_a_month_is_no_longer_than_its_days(db: Database, cast: Cast) -> None:
    """Figures of the day before and after stay in their own months."""
    campaign, month = add(db, cast.owner), last_month()
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    days = [first - timedelta(days=1), first, following - timedelta(days=1), following]
    assert following <= clock.now().date()
    rows = [DailyFigures(campaign, day, spend=Decimal(number + 1)) for number, day in enumerate(days)]
    db.write(collect_daily, cast.owner, "google_ads", rows)
    assert roll_up_stale(db) == 3
    assert [each.spend for each in db.read(list_summaries, cast.owner, campaign)] == [4, 5, 1]


def test_progress_is_told_by_campaigns_up_to_the_last(db: Database, cast: Cast) -> None:
    for number in range(CAMPAIGNS_AT_ONCE + 1):
        add(db, cast.owner, f"Spring {number}")
    told: list[tuple[int, int]] = []
    roll_up(db, cast.owner, last_month(), lambda done, total: told.append((done, total)))
    assert told == [(CAMPAIGNS_AT_ONCE, CAMPAIGNS_AT_ONCE + 1), (CAMPAIGNS_AT_ONCE + 1,) * 2]
