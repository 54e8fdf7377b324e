"""A month of very many daily figures that a process of its own sums up, while others write: nobody may wait
longer than a second for it.
"""

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from crm.campaigns.rolling_up import state_of_month
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.config import PROJECT_ROOT
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.kinds import open_database
from tests.support.campaigns import day_of, last_month
from tests.support.cast import gather_cast
from tests.support.crm_command import environment_for
from tests.support.places import settings_below

DAYS = 28
LONGEST_WAIT = 1.0
BETWEEN = 0.02
MOST_SECONDS = 600.0


@dataclass(slots=True)
class RollUp:
    """`waits` are those of the writers, in seconds, while it went on."""

    rows: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def longest_wait(self) -> float:
        return max(self.waits, default=0.0)

    @property
    def usual_wait(self) -> float:
        return statistics.median(self.waits) if self.waits else 0.0


def torture_roll_up(folder: Path, rows: int) -> RollUp:
    """Of about so many rows, of one month and 28 days each."""
    settings = settings_below(folder)
    prepare(settings)
    db = open_database(settings)
    try:
        owner, month = gather_cast(db).owner, last_month()
        campaigns = max(1, rows // DAYS)
        db.write(_add_campaigns, owner, campaigns)
        for number in range(DAYS):
            db.write(
                _add_day, owner, campaigns, date.fromisoformat(day_of(month, 1)) + timedelta(days=number)
            )
        outcome = RollUp(rows=campaigns * DAYS)
        command = [
            sys.executable,
            "-m",
            "crm",
            "kpis",
            "aggregate",
            month,
            "--workspace",
            str(owner.workspace_id),
        ]
        began = time.monotonic()
        with subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment_for(settings), stdout=subprocess.DEVNULL
        ) as process:
            _write_meanwhile(db, owner, process, outcome)
        outcome.seconds = time.monotonic() - began
        _judge(db, owner, month, process.returncode, outcome)
        return outcome
    finally:
        db.close()


def _write_meanwhile(db: Database, owner: Actor, process: "subprocess.Popen[bytes]", outcome: RollUp) -> None:
    ends = time.monotonic() + MOST_SECONDS
    while process.poll() is None:
        began = time.monotonic()
        db.write(create_client, owner, parse_fields(ClientFields, {"name": f"Writer {len(outcome.waits)}"}))
        outcome.waits.append(time.monotonic() - began)
        if began > ends:
            process.kill()
        time.sleep(BETWEEN)


def _judge(db: Database, owner: Actor, month: str, status: int, outcome: RollUp) -> None:
    if status:
        outcome.findings.append(f"the roll-up ended with {status}")
    state = db.read(state_of_month, owner, month)
    if state.stale or state.rows != outcome.rows:
        outcome.findings.append(f"the month has {state.rows} of {outcome.rows} rows, stale: {state.stale}")
    if outcome.longest_wait > LONGEST_WAIT:
        outcome.findings.append(f"a writer waited {outcome.longest_wait:.2f} s for a roll-up")


def _add_campaigns(tx: Transaction, count: int) -> None:
    tx.run_many(
        """
        INSERT INTO campaigns (workspace_id, name, name_key, name_order, channel, status, currency,
                               created_at, updated_at)
        VALUES (:workspace_id, :name, :name, :name, 'search', 'active', 'EUR', :now, :now)
        """,
        [{"name": f"campaign {number}"} for number in range(count)],
    )
    tx.run(
        """
        INSERT INTO collection_log (workspace_id, source, rows, new_rows, changed_rows, unchanged_rows,
                                    created_at)
        VALUES (:workspace_id, 'torture', 0, 0, 0, 0, :now)
        """
    )


def _add_day(tx: Transaction, campaigns: int, day: date) -> None:
    given: dict[str, Any] = {"day": day.isoformat()}
    tx.run_many(
        """
        INSERT INTO daily_kpi_data (workspace_id, campaign_id, day, source, currency, impressions, clicks,
                                    spend, conversions, value, collection_id, updated_at)
        SELECT :workspace_id, c.id, :day, 'google_ads', 'EUR', 1000, 10, 2000000, 2000000, 5000000, 1, :now
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
        """,
        [given],
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
