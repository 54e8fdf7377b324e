"""A lead worth 150,000 vanished at a restart; 113 lived on in the activity log alone. Here they cannot."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.kinds import open_database
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from tests.leads.dying_server import COUNTED, TITLE
from tests.support.api import insert_token
from tests.support.appliance import Appliance
from tests.support.people import gather_team

NEITHER = [0] * len(COUNTED)
WHOLE = [1] * len(COUNTED)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("way", "kept"), [("api", 201), ("page", 303)])
def test_killed_at_any_statement_lead_and_activity_are_both_there_or_neither(
    settings: Settings, db: Database, tmp_path: Path, way: str, kept: int
) -> None:
    who = gather_team(db).owner
    db.close()
    arguments = [str(tmp_path), way, "owner@acme.example", str(who.workspace_id), str(who.user_id)]
    script = [sys.executable, "-m", "tests.leads.dying_server", *arguments]
    run = subprocess.run(script, check=False, timeout=240, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    rounds = [
        [int(word) for word in line.split()] for line in run.stdout.splitlines() if re.match(r"\d+ ", line)
    ]
    committed, *killed, lived = rounds
    assert committed == [0, *WHOLE]
    assert len(killed) > 10
    assert killed == [[0, *NEITHER]] * len(killed)
    assert lived == [kept, *WHOLE]
    again = open_database(settings)
    assert again.read(verify_chain, who).complete
    assert [lead.title for lead in again.read(list_leads, who, LeadFilter(q="РЕМОНТ"), limit=5).rows] == [
        TITLE
    ] * 2
    again.close()


def test_an_acknowledged_lead_outlives_the_power_switch(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    """The real appliance, killed whole right after each answer."""
    who = gather_team(db).owner
    db.write(insert_token, SYSTEM, who, "hf_founding", "write")
    db.close()
    seen: list[int] = []
    for number in range(3):
        with Appliance(tmp_path, WEB_WORKERS="2") as appliance:
            headers = {"Authorization": "Bearer hf_founding"}
            with appliance.client(headers=headers) as client:
                kept = client.get("/api/leads").json()["data"]
                assert [lead["id"] for lead in kept] == seen
                answer = client.post("/api/leads", json={"title": TITLE, "value": 150000 + number})
                assert answer.status_code == 201
                appliance.kill()
            seen.insert(0, answer.json()["data"]["id"])
    check_whole(settings, who, len(seen))


def check_whole(settings: Settings, who: Actor, leads: int) -> None:
    db = open_database(settings)
    found = db.read(list_leads, who, LeadFilter(), limit=100).rows
    assert len(found) == leads
    assert db.read(verify_chain, who).complete
    db.close()
