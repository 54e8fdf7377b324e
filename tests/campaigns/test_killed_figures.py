"""`kill -9` at each statement of collecting and of summing up: all of it is there, or nothing."""

import json
import subprocess
import sys

import pytest

from crm.campaigns.campaigns import create_campaign
from crm.campaigns.fields import CampaignFields
from crm.config import Settings
from crm.db.database import Database
from crm.fields import parse_fields
from tests.support.cast import Cast

NOTHING = "0 0 0 0 0 0 0 0"
COLLECTED = "2 2 0 1 1 0 0 0"
SUMMED_UP = "2 2 0 1 1 1 2 1"
CORRECTED = "2 4 2 2 2 1 2 1"
SUMMED_UP_AGAIN = "2 4 2 2 2 2 4 2"
STORIES = (
    ("collect", NOTHING, COLLECTED),
    ("sum up", COLLECTED, SUMMED_UP),
    ("correct", SUMMED_UP, CORRECTED),
    ("sum up again", CORRECTED, SUMMED_UP_AGAIN),
)


@pytest.mark.timeout(500)
def test_figures_that_are_killed_are_whole_or_nothing(db: Database, cast: Cast, settings: Settings) -> None:
    campaign = db.write(create_campaign, cast.owner, parse_fields(CampaignFields, {"name": "Spring"}))
    given = [
        str(settings.sqlite_path.parent.parent),
        cast.owner.workspace_id,
        cast.owner.user_id,
        campaign.id,
    ]
    run = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.dying_figures", *map(str, given)],
        check=False,
        timeout=450,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    rounds = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("[")]
    for story, before, after in STORIES:
        died = [(step, found) for each, step, found in rounds if each == story]
        assert died[-1] == ("", after), died
        assert {step.split()[0] for step, _ in died[:-1]} >= {"BEGIN", "INSERT", "COMMIT"}, died
        assert {found for _, found in died[:-1]} <= {before, after}, died
        assert [found for step, found in died[:-1] if step != "COMMIT"].count(before) > 3, died
