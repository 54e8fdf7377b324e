"""A worker that dies at any step between what Meta told and the lead: none is lost, none is made twice."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm.campaigns.lead_ads.jobs import fetch_leads
from crm.config import Settings
from crm.db.database import Database
from crm.secret_key import ensure_secret_key, open_vault
from crm.web_forms.projection import project_due
from tests.support.ad_connections import add_lead_page, arrivals_of, lead_of, tell
from tests.support.ad_platform import AdPlatform
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.surroundings import surroundings
from tests.web_forms.test_killed import die_at

MOST_STEPS = 300
SKIPPED = 5
"""Between two deaths: each is a process, and fetching and projecting have over sixty steps."""


@pytest.fixture
def platform() -> Iterator[AdPlatform]:
    with AdPlatform() as server:
        yield server


@pytest.fixture
def mortal_worker(tmp_path: Path, platform: AdPlatform) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.campaigns.lead_ads.dying_worker", str(tmp_path), platform.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(),
    ) as process:
        yield process
        process.kill()


@pytest.mark.timeout(600)
def test_a_worker_killed_at_any_step_makes_each_lead_once(
    db: Database,
    settings: Settings,
    cast: Cast,
    platform: AdPlatform,
    mortal_worker: subprocess.Popen[str],
) -> None:
    ensure_secret_key(settings)
    here = settings.model_copy(update={"meta_ads_url": platform.url})
    furnish(db, cast.owner)
    page = add_lead_page(db, cast.owner, open_vault(here), consent_text="Call me")
    died: list[str] = []
    for number, fatal in enumerate(range(1, MOST_STEPS, SKIPPED), 1):
        platform.tell(f"/{number}", lead_of(str(number)))
        tell(db, cast.owner, page, str(number))
        died.append(die_at(mortal_worker, fatal))
        fetch_leads(db, here)
        project_due(db)
        told = arrivals_of(db, cast.owner, page)
        assert [each.state for each in told] == ["done"] * number
        assert len({each.lead_id for each in told} - {None}) == number
        counts = rows(db, "SELECT (SELECT count(*) FROM leads) AS l, (SELECT count(*) FROM clients) AS c")
        assert dict(counts[0]) == {"l": number, "c": number}
        if not died[-1]:
            break
    assert died[-1] == "" and len({*died}) > 10
