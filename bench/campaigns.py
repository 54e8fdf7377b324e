"""Daily figures of campaigns: collected beside a bare `executemany`; a year summed up and reported."""

import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.campaign_leads import fill_with_credited_leads, measure_results
from bench.places import EMAIL, Place
from bench.reads import WHO, opened
from bench.report import Chosen, Result, result_of
from crm import clock
from crm.campaigns.collecting import collect_daily
from crm.campaigns.figures import DailyFigures
from crm.campaigns.period import compared_days, last_months
from crm.campaigns.report import report_campaigns
from crm.campaigns.rolling_up import roll_up_stale
from crm.db.database import Database
from crm.db.sqlite.engine import open_reader, open_writer
from crm.db.transaction import Transaction

COLLECT = "collect {rows:,} daily rows, of a bare executemany of the same rows"
ROLL_UP = "sum up 12 months of {rows:,} daily rows, s of processor"
REPORT = "report of 12 months of {rows:,} daily rows, ms of processor, at most"
RESULTS = "leads and sales of 3 months: {leads:,} leads, {rows:,} daily rows a year, ms of processor, at most"
LEADS_OF_ROWS = 5
"""Daily rows for each lead."""
GOAL_MS = 100
DAYS = 365
BATCH = 10_000
MOST_ROUNDS = 2


def measure_campaigns(scratch: Path, chosen: Chosen, *, rounds: int, rows: int, daily: int) -> list[Result]:
    """`rows` are collected; a year with `daily` is summed up and reported."""
    found = []
    if chosen(name := COLLECT.format(rows=rows)):
        ratios = [_collecting(scratch / "collecting", rows) for _ in range(min(rounds, MOST_ROUNDS))]
        found.append(result_of(name, ratios, None))
    results = RESULTS.format(leads=daily // LEADS_OF_ROWS, rows=daily)
    names = ROLL_UP.format(rows=daily), REPORT.format(rows=daily), results
    if any(map(chosen, names)):
        measured = zip(names, _year(scratch / "year", daily, rounds), (None, GOAL_MS, GOAL_MS), strict=True)
        found += [result_of(name, each, goal) for name, each, goal in measured if chosen(name)]
    return found


def _collecting(folder: Path, rows: int) -> float:
    place = _place(folder / "ours")
    shutil.copytree(place.folder, folder / "bare")
    with opened(place) as db:
        campaigns = rows // DAYS + 1
        db.write(_add_campaigns, WHO, campaigns)
        batches = list(_batches(campaigns, rows))
        began = time.perf_counter()
        for batch in batches:
            db.write(collect_daily, WHO, "google_ads", batch)
        ours = time.perf_counter() - began
    return _insert(place.database, Place(folder / "bare").database) / ours


def _batches(campaigns: int, rows: int) -> Iterator[list[DailyFigures]]:
    last = clock.now().date()
    all_days = [
        DailyFigures(
            number % campaigns + 1,
            last - timedelta(days=number // campaigns),
            impressions=1_000,
            clicks=number % 97,
            spend=Decimal(number % 1_000) / 100,
            conversions=Decimal(2),
        )
        for number in range(rows)
    ]
    for first in range(0, rows, BATCH):
        yield all_days[first : first + BATCH]


def _insert(full: Path, bare: Path) -> float:
    """Seconds for the same rows into the same table of a fresh workspace, equally durable."""
    reader = open_reader(full)
    rows = list(reader.execute("SELECT * FROM daily_kpi_data ORDER BY workspace_id, campaign_id, day"))
    reader.close()
    writer = open_writer(bare)
    writer.execute("PRAGMA foreign_keys = OFF")
    marks = ", ".join("?" * len(rows[0]))
    began = time.perf_counter()
    writer.execute("BEGIN IMMEDIATE")
    writer.executemany(f"INSERT INTO daily_kpi_data VALUES ({marks})", rows)
    writer.execute("COMMIT")
    taken = time.perf_counter() - began
    writer.close()
    return taken


def _year(folder: Path, daily: int, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Of summing it up, of the report, and of the report on leads and sales."""
    with opened(_place(folder)) as db:
        campaigns = max(1, daily // DAYS)
        _fill(db, campaigns)
        began = time.process_time()
        roll_up_stale(db)
        seconds = time.process_time() - began
        reports = [_report(db) for _ in range(rounds)]
        fill_with_credited_leads(db, daily // LEADS_OF_ROWS, campaigns)
        return [seconds], reports, [measure_results(db) for _ in range(rounds)]


def _report(db: Database) -> float:
    began = time.process_time()
    today = clock.now().date()
    days = last_months(today, 12)
    db.read(lambda tx: report_campaigns(tx, days, compared_days(days, "before"), today=today), WHO)
    return (time.process_time() - began) * 1_000


def _fill(db: Database, campaigns: int) -> None:
    db.write(_add_campaigns, WHO, campaigns)
    last = clock.now().date()
    for back in range(DAYS):
        db.write(_add_day, WHO, campaigns, last - timedelta(days=back))


def _add_campaigns(tx: Transaction, count: int) -> None:
    channels = ("search", "social", "video", "email", "print")
    tx.run_many(
        """
        INSERT INTO campaigns (workspace_id, name, name_key, name_order, channel, status, currency,
                               created_at, updated_at)
        VALUES (:workspace_id, :name, :name, :name, :channel, 'active', :currency,
                :now, :now)
        """,
        [
            {"name": f"campaign {number}", "channel": channels[number % 5], "currency": _currency(number + 1)}
            for number in range(count)
        ],
    )
    tx.run(
        """
        INSERT INTO collection_log (workspace_id, source, rows, new_rows, changed_rows, unchanged_rows,
                                    created_at)
        VALUES (:workspace_id, 'bench', 0, 0, 0, 0, :now)
        """
    )


def _currency(campaign: int) -> str:
    return "EUR" if campaign % 3 else "USD"


def _add_day(tx: Transaction, campaigns: int, day: date) -> None:
    given: dict[str, Any] = {"day": day.isoformat()}
    tx.run_many(
        """
        INSERT INTO daily_kpi_data (workspace_id, campaign_id, day, source, currency, impressions, clicks,
                                    spend, conversions, value, collection_id, updated_at)
        VALUES (:workspace_id, :campaign_id, :day, 'google_ads', :currency, 1000, :clicks,
                :spend, 2000000000, 5000000, 1, :now)
        """,
        [
            {
                **given,
                "campaign_id": each,
                "currency": _currency(each),
                "clicks": each % 97,
                "spend": each * 7919,
            }
            for each in range(1, campaigns + 1)
        ],
    )
    tx.run(
        """
        INSERT INTO kpi_months (workspace_id, month, changes, daily_rows)
        VALUES (:workspace_id, :month, 1, :added)
            ON CONFLICT (workspace_id, month)
            DO UPDATE SET daily_rows = kpi_months.daily_rows + excluded.daily_rows
        """,
        month=day.isoformat()[:7],
        added=campaigns,
    )


def _place(folder: Path) -> Place:
    """A new workspace."""
    shutil.rmtree(folder.parent if folder.name == "ours" else folder, ignore_errors=True)
    place = Place(folder)
    who = ("--workspace", "Bench", "--email", EMAIL, "--name", "Bench", "--password-stdin")
    place.crm("setup", *who, given="correct horse battery staple\n")
    return place
