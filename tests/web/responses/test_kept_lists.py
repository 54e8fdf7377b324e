"""A kept answer is never older than the last commit, of whichever process, and never another reader's."""

import subprocess
import sys
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.kinds import open_database
from crm.web.responses.kept_lists import CACHE, ENTRY_BYTES, LARGEST, KeptLists
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.frozen_clock import FrozenClock

ADDRESS = "/api/clients?q=anna"
CHANGES = 60
RENAME = """
import sys
from crm.config import Settings
from crm.db.actor import Actor
from crm.kinds import open_database
from tests.support.clients import patch_client
from pathlib import Path
db = open_database(Settings(sqlite_path=Path(sys.argv[1])))
patch_client(db, Actor(int(sys.argv[2]), int(sys.argv[3])), int(sys.argv[4]), {"city": "Riga"})
db.close()
"""


def cities(client: FlaskClient) -> list[str]:
    return [row["city"] for row in client.get(ADDRESS).json["data"]]  # type: ignore[index]


def test_each_commit_is_in_the_next_answer(
    owner: FlaskClient, prepared: Settings, db: Database, cast: Cast
) -> None:
    """Committed by a connection that the application does not know, while others read all the time."""
    made = add_client(db, cast.owner, name="Anna", city="Oslo")
    other = open_database(prepared)
    done = threading.Event()
    reader = threading.Thread(target=read_until, args=(owner.application, owner, done))
    reader.start()
    try:
        for number in range(CHANGES):
            patch_client(other, cast.owner, made.id, {"city": f"Riga {number}"})
            assert cities(owner) == [f"Riga {number}"]
    finally:
        done.set()
        reader.join(30)
        other.close()


def read_until(app: Flask, owner: FlaskClient, done: threading.Event) -> None:
    client = app.test_client()
    client._cookies = owner._cookies
    for _ in range(100_000):
        if done.is_set():
            return
        client.get(ADDRESS)


def test_a_commit_of_another_process_is_in_the_next_answer(
    owner: FlaskClient, prepared: Settings, db: Database, cast: Cast
) -> None:
    made = add_client(db, cast.owner, name="Anna", city="Oslo")
    assert cities(owner) == cities(owner) == ["Oslo"]
    who = [cast.owner.workspace_id, cast.owner.user_id, made.id]
    program = [sys.executable, "-c", RENAME, str(prepared.sqlite_path), *map(str, who)]
    subprocess.run(program, check=True, timeout=60)
    assert cities(owner) == ["Riga"]


def test_nobody_gets_what_was_kept_for_another(
    owner: FlaskClient, outsider: FlaskClient, anybody: FlaskClient, db: Database, cast: Cast
) -> None:
    add_client(db, cast.owner, name="Anna", city="Oslo")
    assert cities(owner) == cities(owner) == ["Oslo"]
    assert cities(outsider) == []
    assert anybody.get(ADDRESS).status_code == 401


def test_what_depends_on_the_day_is_read_anew_on_the_next(
    app: Flask, owner: FlaskClient, frozen_clock: FrozenClock
) -> None:
    lists: KeptLists = app.extensions[CACHE]
    for _ in range(2):
        owner.get("/api/leads?stale=true")
        assert {key[-1] for key in lists._bodies} == {clock.timestamp()[:10]}
        frozen_clock.advance(days=1)


@pytest.mark.parametrize(
    "address", ["/api/clients?limit=0", "/api/clients?nonsense=1", "/api/leads?sort=nothing"]
)
def test_a_refusal_is_not_kept(app: Flask, owner: FlaskClient, address: str) -> None:
    assert owner.get(address).status_code == owner.get(address).status_code == 422
    assert not app.extensions[CACHE]._bodies


def test_what_is_kept_is_bounded_and_the_longest_unused_goes_first() -> None:
    lists = KeptLists(most_bytes=3 * (ENTRY_BYTES + 11))
    for name in "abc":
        lists.keep(1, (name,), b"0123456789")
    assert lists.find(1, ("a",)) is not None
    lists.keep(1, ("d",), b"0123456789")
    assert [lists.find(1, (name,)) is not None for name in "abcd"] == [True, False, True, True]
    lists.keep(1, ("e",), b"x" * (LARGEST + 1))
    assert lists.find(1, ("e",)) is None
    assert lists.find(2, ("a",)) is None
