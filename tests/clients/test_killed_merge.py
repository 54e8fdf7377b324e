"""`kill -9` in the midst of a merge, and of taking it back: all of it is there, or nothing."""

import json
import subprocess
import sys

import pytest

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.database import Database
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.leads import add_lead, furnish


@pytest.mark.timeout(400)
def test_a_merge_that_is_killed_is_whole_or_nothing(db: Database, cast: Cast, settings: Settings) -> None:
    furnish(db, cast.owner)
    winner, loser = (add_client(db, cast.owner, name=name, tags=[name]) for name in ("Anna", "Eva"))
    for number in range(3):
        db.write(add_note, cast.owner, NoteFields(subject="client", subject_id=loser.id, text=str(number)))
        add_lead(db, cast.owner, title=str(number), client_id=loser.id)
    given = [cast.owner.workspace_id, cast.owner.user_id, winner.id, loser.id]
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.clients.dying_merge",
            str(settings.sqlite_path.parent.parent),
            *map(str, given),
        ],
        check=False,
        timeout=300,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    rounds = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("[")]
    apart, together = "2 0 0 0", "1 3 3 2"
    for story, before, after in (("merge", apart, together), ("unmerge", together, "2 0 0 2")):
        died = [(step, found) for each, step, found in rounds if each == story]
        assert len(died) > 5 and died[-1] == ("", after)
        assert {found for _, found in died[:-1]} <= {before, after}, died
        assert before in {found for _, found in died[:-1]}
    assert db.read(verify_chain, cast.owner).broken_at is None
