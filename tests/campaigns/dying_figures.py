"""Collects days and sums them up, in processes that die by `kill -9` at one statement after the other.

Each line printed is one process: its story, the step before which it died ("" when it lived), and what a
fresh one finds then. The database is opened in forks alone.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from crm.campaigns.collecting import collect_daily
from crm.campaigns.figures import DailyFigures
from crm.campaigns.rolling_up import roll_up
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.forks import in_fork
from tests.support.mortal import run_until
from tests.support.places import settings_below

MOST_STEPS = 200
MONTH = "2025-03"
COUNTED = (
    "count(*) FROM daily_kpi_data", "coalesce(sum(spend), 0) FROM daily_kpi_data",
    "count(*) FROM daily_kpi_revisions", "count(*) FROM collection_log",
    "coalesce(sum(changes), 0) FROM kpi_months", "coalesce(sum(rolled), 0) FROM kpi_months",
    "coalesce(sum(spend), 0) FROM campaign_summaries", "coalesce(sum(changes), 0) FROM campaign_reports",
)  # fmt: skip


def main(folder: str, workspace: str, user: str, campaign: str) -> None:
    settings, who = settings_below(Path(folder)), Actor(int(workspace), int(user))
    for story, work in (
        ("collect", partial(_collect, settings, who, int(campaign), "1")),
        ("sum up", partial(_sum_up, settings, who)),
        ("correct", partial(_collect, settings, who, int(campaign), "2")),
        ("sum up again", partial(_sum_up, settings, who)),
    ):
        for fatal in range(1, MOST_STEPS):
            step = run_until(fatal, settings.upload_folder, work)
            found = in_fork(partial(_look, settings, who))
            sys.stdout.write(f"{json.dumps([story, step, found])}\n")
            if not step:
                break


def _collect(settings: Settings, who: Actor, campaign: int, spend: str) -> None:
    database = open_database(settings)
    rows = [DailyFigures(campaign, date(2025, 3, day), spend=Decimal(spend)) for day in (1, 2)]
    database.write(collect_daily, who, "google_ads", rows)
    database.close()


def _sum_up(settings: Settings, who: Actor) -> None:
    database = open_database(settings)
    roll_up(database, who, MONTH)
    database.close()


def _look(settings: Settings, who: Actor, tell: Callable[[str], object]) -> None:
    database = open_database(settings)
    tell(database.read(_counts, who))
    database.close()


def _counts(tx: Transaction) -> str:
    counts = [tx.value(f"SELECT {what} WHERE workspace_id = :workspace_id") for what in COUNTED]
    return " ".join(str(each // 1_000_000 if each >= 1_000_000 else each) for each in counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
