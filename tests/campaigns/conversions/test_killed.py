"""A worker that dies at any step between a won lead and what is told of it: each is told, under one id."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.database import Database
from crm.secret_key import ensure_secret_key
from tests.campaigns.conversions.test_telling import TAKEN, Teller
from tests.support.ad_platform import AdPlatform
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.surroundings import surroundings
from tests.web_forms.test_killed import die_at

MOST_STEPS = 100
SKIPPED = 2


@pytest.fixture
def dying(tmp_path: Path) -> Iterator[tuple[AdPlatform, subprocess.Popen[str]]]:
    with (
        AdPlatform() as platform,
        subprocess.Popen(
            [sys.executable, "-m", "tests.campaigns.conversions.dying_worker", str(tmp_path), platform.url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=surroundings(),
        ) as process,
    ):
        yield platform, process
        process.kill()


@pytest.mark.timeout(600)
def test_a_worker_killed_at_any_step_tells_each_lead_under_one_id(
    db: Database,
    settings: Settings,
    cast: Cast,
    frozen_clock: FrozenClock,
    dying: tuple[AdPlatform, subprocess.Popen[str]],
) -> None:
    platform, mortal_worker = dying
    ensure_secret_key(settings)
    teller = Teller(db, settings, cast, platform)
    meta = teller.connect("meta_conversions")
    platform.tell("/77/events", TAKEN)
    died: list[str] = []
    for number, fatal in enumerate(range(1, MOST_STEPS, SKIPPED), 1):
        teller.win(f"p{number}", fbclid="F")
        died.append(die_at(mortal_worker, fatal))
        frozen_clock.advance(minutes=11)
        assert teller.states(meta) == ["told"] * number
        told = {json.loads(each.body)["data"][0]["event_id"] for each in platform.asked}
        assert len(told) == number
        if not died[-1]:
            break
    assert died[-1] == "" and len({*died}) > 5
