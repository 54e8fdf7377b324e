"""Killed at any step, an erasure has not happened, or is finished after the restart, files too."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from crm.activity.chain import verify_chain
from crm.appliance.erasing import ClientErasure, erase_client, was_erased
from crm.appliance.erasures import finish_erasures
from crm.config import Settings
from crm.db.actor import Actor
from crm.kinds import open_database
from tests.support.api import client_of, running_app
from tests.support.cast import gather_cast
from tests.support.erasing import WORDS, Person, add_person, left_in_files
from tests.support.file_api import on_disk
from tests.support.mortal import run_until

MOST_STEPS, STRIDE = 600, 19
OWNER = Actor(1, 1, "request-of-owner")


@pytest.fixture
def person(prepared: Settings) -> Person:
    """Closed again: what dies opens the database itself."""
    with closing(open_database(prepared)) as db, running_app(prepared) as app:
        cast = gather_cast(db)
        return add_person(db, prepared, cast.owner, client_of(app, db, cast.owner))


def _erase(settings: Settings, client_id: int) -> None:
    with closing(open_database(settings)) as db:
        db.write(erase_client, OWNER, settings, client_id, ClientErasure())
        assert finish_erasures(db, settings)


@pytest.mark.sqlite("the words are looked for in its files, and the state before is copied")
@pytest.mark.timeout(300)
def test_killed_at_any_step_it_is_undone_or_finished(
    prepared: Settings, person: Person, tmp_path: Path
) -> None:
    places = (prepared.sqlite_path.parent, prepared.upload_folder)
    before = [tmp_path / f"before-{place.name}" for place in places]
    for place, copy in zip(places, before, strict=True):
        shutil.copytree(place, copy)
    ended = {"not begun": 0, "finished": 0}
    for fatal in range(1, MOST_STEPS, STRIDE):
        for place, copy in zip(places, before, strict=True):
            shutil.rmtree(place)
            shutil.copytree(copy, place)
        step = run_until(fatal, prepared.upload_folder, lambda: _erase(prepared, person.client_id))
        with closing(open_database(prepared)) as db:
            erased = db.read(was_erased, OWNER, person.client_id)
            assert finish_erasures(db, prepared)
            assert db.read(verify_chain, OWNER).complete, step
        assert left_in_files(prepared).keys() == (set() if erased else set(WORDS)), step
        assert bool(on_disk(prepared)) is not erased, step
        ended["finished" if erased else "not begun"] += 1
        if not step:
            break
    assert not step, "it never came to its end"
    assert ended["not begun"] > 3 and ended["finished"] > 1, ended
