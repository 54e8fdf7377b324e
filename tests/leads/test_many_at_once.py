"""Sixteen programs at one board of the real appliance: sums, ledger and chain agree with the rows after."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.kinds import open_database
from crm.leads.board import show_board
from crm.leads.filters import LeadFilter
from crm.leads.pipeline import get_default_pipeline
from tests.support.api import insert_token
from tests.support.appliance import Appliance
from tests.support.people import gather_team
from tests.support.threads import run_in_threads

CLIENTS = 16
SECONDS = 15.0
DONE = {
    "create": "lead.created",
    "move": "lead.moved",
    "change": "lead.changed",
    "delete": "lead.deleted",
    "restore": "lead.restored",
}


def work(url: str, seed: int, stages: Sequence[int], ends: float) -> Counter[str]:
    """What was acknowledged, by activity; a refusal (gone, moved there already) is no change."""
    chance, done = random.Random(seed), Counter[str]()
    with httpx2.Client(base_url=url, headers={"Authorization": "Bearer hf_many"}, timeout=30) as client:
        while time.monotonic() < ends:
            deed = chance.choices(list(DONE), [4, 6, 3, 1, 1])[0]
            found = client.get("/api/leads", params={"limit": 50, "deleted": str(deed == "restore").lower()})
            leads = found.json()["data"]
            if deed != "create" and not leads:
                continue
            lead = chance.choice(leads) if leads else {"id": 0, "version": 0}
            path, stage = f"/api/leads/{lead['id']}", chance.choice(stages)
            answer = do(client, deed, path, stage, chance)
            assert answer.status_code in {200, 201, 204, 404}, answer.text
            changed = answer.status_code == 201 or (
                deed in {"delete", "restore"} and answer.status_code < 300
            )
            if deed in {"move", "change"} and answer.status_code == 200:
                done[f"{deed} asked"] += 1
            done[DONE[deed]] += changed
    return done


def do(client: httpx2.Client, deed: str, path: str, stage: int, chance: random.Random) -> httpx2.Response:
    value = chance.randrange(100_000) / 100
    match deed:
        case "create":
            return client.post("/api/leads", json={"title": f"№ {value}", "value": value, "stage_id": stage})
        case "move":
            place = {"stage_id": stage, "position": chance.randrange(10)}
            return client.put(f"{path}/stage", json=place)
        case "change":
            return client.patch(path, json={"value": value, "source": f"s{value}"})
        case "delete":
            return client.delete(path)
        case _:
            return client.post(f"{path}/restore")


def facts(tx: Transaction, pipeline_id: int) -> dict[str, Any]:
    rows = tx.all(
        """
        SELECT stage_id, count(*) AS leads, sum(value_minor) AS minor, count(DISTINCT rank) AS places
          FROM leads
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
         GROUP BY stage_id
        """
    )
    board = show_board(tx, pipeline_id, LeadFilter(), limit=200)
    entries = tx.all(
        """
        SELECT entity_id, action, count(*) AS entries
          FROM activities
         WHERE workspace_id = :workspace_id
           AND entity = 'lead'
         GROUP BY entity_id, action
        """
    )
    return {
        "rows": {row["stage_id"]: (row["leads"], row["minor"] / 10_000) for row in rows},
        "ordered": all(row["leads"] == row["places"] for row in rows),
        "board": {column.id: (column.count, column.sum) for column in board.stages if column.count},
        "entries": entries,
        "leads": tx.all("SELECT id, version, deleted_at FROM leads WHERE workspace_id = :workspace_id"),
        "stays": tx.all(
            """
            SELECT lead_id, count(*) AS present
              FROM stage_stays
             WHERE workspace_id = :workspace_id
               AND left_at IS NULL
             GROUP BY lead_id
            """
        ),
    }


@pytest.mark.serial
def test_sixteen_at_once_leave_sums_activities_and_chain_in_order(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    who = gather_team(db).owner
    db.write(insert_token, SYSTEM, who, "hf_many", "write")
    pipeline = db.read(get_default_pipeline, who)
    db.close()
    stages = [stage.id for stage in pipeline.stages]
    # All of them are one user, who may hold three of four threads of a process, and may be in one process.
    threads = {"WEB_WORKERS": "2", "WEB_THREADS": str(2 * CLIENTS)}
    with Appliance(tmp_path, RATE_LIMIT="1000000 per minute", **threads) as appliance:
        ends = time.monotonic() + SECONDS
        counts = run_in_threads(lambda seed: work(appliance.url, seed, stages, ends), CLIENTS, seconds=150)
        done: Counter[str] = sum(counts, Counter())
        appliance.stop()
    check(settings, who, pipeline.id, done)


def check(settings: Settings, who: Actor, pipeline_id: int, done: Counter[str]) -> None:
    db = open_database(settings)
    found = db.read(facts, who, pipeline_id)
    assert found["board"] == found["rows"]
    assert found["ordered"]
    entries: Counter[str] = Counter()
    versions: Counter[int] = Counter()
    for row in found["entries"]:
        entries[row["action"]] += row["entries"]
        versions[row["entity_id"]] += 0 if row["action"] == "lead.reordered" else row["entries"]
    for action in ("lead.created", "lead.deleted", "lead.restored"):
        assert entries[action] == done[action], action
    moved = entries["lead.moved"] + entries["lead.reordered"] + entries["lead.changed"]
    assert moved <= done["move asked"] + done["change asked"]
    assert done["lead.created"] > 20 and entries["lead.moved"] > 20
    leads = found["leads"]
    assert {lead["id"]: lead["version"] for lead in leads} == versions
    assert {row["lead_id"] for row in found["stays"]} == {lead["id"] for lead in leads}
    assert all(row["present"] == 1 for row in found["stays"])
    assert db.read(verify_chain, who).complete
    db.close()
