"""A kept answer is never older than the last commit, of whichever process, and never another reader's."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.kinds import open_database
from crm.web.responses.kept_lists import CACHE, ENTRY_BYTES, Kept, KeptLists
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.frozen_clock import FrozenClock
from tests.support.vehicles import add_vehicle

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


@pytest.mark.parametrize("address", ["vehicles", "vehicles/1"])
def test_what_depends_on_the_day_of_the_workspace_is_read_anew_when_that_begins(
    owner: FlaskClient, frozen_clock: FrozenClock, address: str
) -> None:
    """In Nepal a day begins at a quarter past six in the evening, by UTC."""
    owner.patch("/api/workspace", json={"timezone": "Asia/Kathmandu"})
    frozen_clock.set(datetime(2026, 11, 21, 18, 14, 59, tzinfo=UTC))
    add_vehicle(owner)
    answers = [owner.get(f"/api/{address}"), owner.get(f"/api/{address}")]
    frozen_clock.advance(seconds=1)
    answers.append(owner.get(f"/api/{address}", headers={"If-None-Match": answers[0].headers["ETag"]}))
    found = [answer.get_json()["data"] for answer in answers]
    days = [(one[0] if isinstance(one, list) else one)["days_in_stock"] for one in found]
    assert days == [0, 0, 1]


@pytest.mark.parametrize(
    "address", ["/api/clients?limit=0", "/api/clients?nonsense=1", "/api/leads?sort=nothing"]
)
def test_a_refusal_is_not_kept(app: Flask, owner: FlaskClient, address: str) -> None:
    assert owner.get(address).status_code == owner.get(address).status_code == 422
    assert not app.extensions[CACHE]._answers


def test_what_is_kept_is_bounded_and_the_longest_unused_goes_first() -> None:
    lists = KeptLists(most_bytes=3 * (ENTRY_BYTES + 11))
    for name in "abc":
        lists.keep(1, (name,), Kept(b"0123456789", 10, name))
    assert lists.find(1, ("a",)) is not None
    lists.keep(1, ("d",), Kept(b"0123456789", 10, "d"))
    assert [lists.find(1, (name,)) is not None for name in "abcd"] == [True, False, True, True]
    assert lists.find(2, ("a",)) is None


LISTS = [
    "clients", "clients/count", "leads", "leads/count", "tasks", "files", "activities",
    "conversations?box=all", "clients/1",
]  # fmt: skip


@pytest.fixture
def filled(owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock) -> FlaskClient:
    """Whoever asks is known already, and for as long as the clock stands."""
    for number in range(9):
        add_client(db, cast.owner, name=f"Anna {number}", city="Oslo")
    return owner


def refuse_reading(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """From now on no row can be read."""

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("rows were read")

    monkeypatch.setattr(app.extensions["holdfast.db"], "read", refuse)


@pytest.mark.sqlite("its file tells of changes; a server is asked")
@pytest.mark.parametrize(("coding", "address"), [*product(["identity", "gzip", "zstd"], LISTS)])
def test_whoever_has_the_answer_gets_304_without_a_row_being_read(
    app: Flask, filled: FlaskClient, monkeypatch: pytest.MonkeyPatch, coding: str, address: str
) -> None:
    owner = filled
    headers = {"Accept-Encoding": coding}
    owner.get(f"/api/{address}")  # that somebody is here is stored once
    first = owner.get(f"/api/{address}", headers=headers)
    assert first.status_code == 200 and first.headers["Cache-Control"] == "private, no-cache"
    refuse_reading(monkeypatch, app)
    again = owner.get(f"/api/{address}", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert owner.get(f"/api/{address}", headers={**headers, "If-None-Match": '"other"'}).data == first.data


def test_the_tag_of_a_record_tells_what_else_it_shows_and_its_version_is_taken_for_a_change(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    """The name of the owner changes without the record; what its version alone was a tag of still fits."""
    made = add_client(db, cast.owner, name="Anna", owner_id=cast.owner.user_id)
    place = f"/api/clients/{made.id}"
    first = owner.get(place).headers["ETag"]
    assert first.startswith('"1-')
    assert owner.get(place, headers={"If-None-Match": first}).status_code == 304
    owner.patch("/api/me", json={"name": "Another name"})
    renamed = owner.get(place, headers={"If-None-Match": first})
    assert renamed.status_code == 200 and renamed.headers["ETag"] not in {first, '"1"'}
    for tag, city in ((first, "Riga"), ('"2"', "Oslo")):
        assert owner.patch(place, json={"city": city}, headers={"If-Match": tag}).status_code == 200
    assert owner.patch(place, json={"city": "Bergen"}, headers={"If-Match": first}).status_code == 412


@pytest.mark.parametrize("tag", ['""', 'W/""', "", ",", '"', "nothing"])
def test_a_tag_that_is_none_gets_the_list(owner: FlaskClient, tag: str) -> None:
    assert owner.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 200


def test_a_change_gives_another_tag_and_a_change_elsewhere_the_same(
    owner: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    made = add_client(db, cast.owner, name="Anna", city="Oslo")
    first = owner.get(ADDRESS).headers["ETag"]
    add_client(db, cast.outsider, name="Berta")
    assert owner.get(ADDRESS, headers={"If-None-Match": first}).status_code == 304
    patch_client(db, cast.owner, made.id, {"city": "Riga"})
    changed = owner.get(ADDRESS, headers={"If-None-Match": first})
    assert changed.status_code == 200 and changed.headers["ETag"] != first
    assert outsider.get(ADDRESS, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200


@pytest.mark.sqlite("its file tells of changes; a server is asked")
def test_an_answer_too_large_to_keep_has_its_tag_kept(
    app: Flask, filled: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = filled
    monkeypatch.setattr("crm.web.responses.kept_lists.LARGEST", 10)
    first = owner.get(ADDRESS)
    assert owner.get(ADDRESS).data == first.data
    refuse_reading(monkeypatch, app)
    assert owner.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("address", ["/api/me", "/api/tasks/my-day", "/api/clients/tags", "/clients"])
def test_what_depends_on_more_is_not_stored_by_anyone(owner: FlaskClient, address: str) -> None:
    answer = owner.get(address)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers or address == "/api/me"
