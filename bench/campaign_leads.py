"""Leads of a year with their touches, each counted with a campaign, for the report on leads and sales."""

import time
from datetime import timedelta
from typing import Any

from bench.reads import WHO
from crm import clock
from crm.campaigns.period import last_months
from crm.campaigns.results import campaign_results
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.leads.pipeline import open_pipelines

ZONE = "Europe/Berlin"
MONTHS = 3
YEAR = timedelta(days=365)
BATCH = 5_000
INSERTS = (
    """
    INSERT INTO leads (id, workspace_id, title, title_key, stage_id, pipeline_id, currency, value_minor, type,
                       status, rank, stage_since, touched_at, touched_day, closed_at, created_at, updated_at)
    SELECT :lead_id, :workspace_id, 'Lead', 'lead', :stage_id, s.pipeline_id, 'EUR', :value, 'inquiry',
           :status, :rank, :at, :at, 1, :closed_at, :at, :at
      FROM stages s
     WHERE s.workspace_id = :workspace_id
       AND s.id = :stage_id
    """,
    """
    INSERT INTO stage_stays (workspace_id, lead_id, stage_id, entered_at)
    VALUES (:workspace_id, :lead_id, :stage_id, :at)
    """,
    """
    INSERT INTO touches (workspace_id, lead_id, origin, facts, campaign_id, found_by, happened_at, created_at)
    VALUES (:workspace_id, :lead_id, 'form', '{}', :campaign_id, 'utm', :at, :at)
    """,
    """
    INSERT INTO lead_campaigns (workspace_id, lead_id, campaign_id)
    VALUES (:workspace_id, :lead_id, :campaign_id)
    """,
)


def fill_with_credited_leads(db: Database, leads: int, campaigns: int) -> None:
    """Every tenth is won, and every third of the others came beyond the first stage."""
    stages = db.read(open_pipelines, WHO)[0].stages
    won = next(stage.id for stage in stages if stage.kind == "won")
    now = clock.now()
    rows = [
        {
            "lead_id": number,
            "at": clock.as_text(now - YEAR * ((leads - number) / leads)),
            "stage_id": won if number % 10 == 0 else stages[number % 3 == 0].id,
            "campaign_id": number % campaigns + 1,
            "value": number * 7919,
            "rank": f"{number:08}",
        }
        for number in range(1, leads + 1)
    ]
    for begin in range(0, leads, BATCH):
        db.write(_insert, WHO, rows[begin : begin + BATCH], won)


def _insert(tx: Transaction, rows: list[dict[str, Any]], won: int) -> None:
    closing = [
        row
        | (
            {"status": "won", "closed_at": row["at"]}
            if row["stage_id"] == won
            else {"status": "new", "closed_at": None}
        )
        for row in rows
    ]
    for sql in INSERTS:
        tx.run_many(sql, [{name: row[name] for name in row if f":{name}" in sql} for row in closing])


def measure_results(db: Database) -> float:
    """Milliseconds of processor."""
    today = clock.now().date()
    began = time.process_time()
    db.read(lambda tx: campaign_results(tx, last_months(today, MONTHS), None, ZONE, today), WHO)
    return (time.process_time() - began) * 1_000
