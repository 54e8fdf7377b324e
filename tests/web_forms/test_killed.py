"""A worker that dies at any step between a kept submission and its lead: none is lost, none is made twice."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.files.tidying import missing_files
from crm.web_forms.projection import project_due
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.file_api import on_disk
from tests.support.leads import furnish
from tests.support.surroundings import surroundings
from tests.support.web_forms import add_web_form, submissions_of
from tests.web_forms.test_projection import send

MOST_STEPS = 300
SKIPPED = 3
"""Between two deaths: each is a process, and a projection has over fifty steps."""


@pytest.fixture
def mortal_worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.web_forms.dying_worker", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(),
    ) as process:
        yield process
        process.kill()


def die_at(worker: subprocess.Popen[str], fatal: int, token: str = "") -> str:
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write(f"{fatal} {clock.timestamp()} {token}\n")
    worker.stdin.flush()
    return worker.stdout.readline().strip()


@pytest.mark.timeout(600)
def test_a_worker_killed_at_any_step_makes_each_lead_once(
    db: Database, cast: Cast, mortal_worker: subprocess.Popen[str]
) -> None:
    furnish(db, cast.owner)
    form = add_web_form(db, cast.owner, consent_text="Call me")
    died: list[str] = []
    for number, fatal in enumerate(range(1, MOST_STEPS, SKIPPED), 1):
        send(db, form, f"P{number}")
        died.append(die_at(mortal_worker, fatal))
        project_due(db)
        kept = submissions_of(db, cast.owner, form)
        assert [each.state for each in kept] == ["done"] * number
        assert len({each.lead_id for each in kept}) == number
        counts = rows(db, "SELECT (SELECT count(*) FROM leads) AS l, (SELECT count(*) FROM clients) AS c")
        assert dict(counts[0]) == {"l": number, "c": number}
        if not died[-1]:
            break
    assert died[-1] == "" and len({*died}) > 10


def test_a_server_killed_at_any_step_keeps_a_submission_with_its_file_or_nothing(
    db: Database, cast: Cast, mortal_worker: subprocess.Popen[str], settings: Settings
) -> None:
    furnish(db, cast.owner)
    asked = [{"name": "name"}, {"name": "email"}, {"name": "files", "required": True}]
    form = add_web_form(db, cast.owner, asked=asked)
    died: list[str] = []
    for fatal in range(1, MOST_STEPS):
        died.append(die_at(mortal_worker, fatal, form.token))
        kept = submissions_of(db, cast.owner, form)
        assert [[file.name for file in each.files] for each in kept] in ([], [["a.pdf"]])
        assert missing_files(db, settings) == []
        if not died[-1]:
            break
    assert died[-1] == "" and len(kept) == 1 and len({*died}) > 5
    assert rows(db, "SELECT count(*) AS n FROM files")[0]["n"] == 1
    assert len(on_disk(settings)) >= 1, "what was put down before a death is collected later"
