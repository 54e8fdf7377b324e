import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.people import PASSWORD, Team

RATE = re.compile(r'"default";r=(\d+);t=(\d+)')


def limited(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "3 per hour"})


def statuses(client: FlaskClient, count: int) -> list[int]:
    return [client.get("/api/activities").status_code for _ in range(count)]


def test_the_limit_is_per_person_and_says_when_to_come_back(
    settings: Settings, db: Database, cast: Cast
) -> None:
    with running_app(limited(settings)) as app:
        first, second = client_of(app, db, cast.owner), client_of(app, db, cast.outsider)
        assert statuses(first, 3) == [200, 200, 200]
        response = first.get("/api/activities")
        problem_of(response, 429)
        assert 0 < int(response.headers["Retry-After"]) <= 3600
        assert statuses(second, 1) == [200]


def test_the_count_is_shared_by_all_workers(settings: Settings, db: Database, cast: Cast) -> None:
    with running_app(limited(settings)) as one, running_app(limited(settings)) as two:
        assert statuses(client_of(one, db, cast.owner), 2) == [200, 200]
        assert statuses(client_of(two, db, cast.owner), 2) == [200, 429]


def test_no_more_than_the_limit_passes_though_workers_count_in_advance(
    settings: Settings, db: Database, cast: Cast
) -> None:
    generous = settings.model_copy(update={"rate_limit": "400 per hour"})
    with running_app(generous) as one, running_app(generous) as two:
        clients = [client_of(app, db, cast.owner) for app in (one, two)]
        found = [status for _ in range(203) for client in clients for status in statuses(client, 1)]
    assert found[:396] == [200] * 396
    assert found.count(200) <= 400
    assert set(found) == {200, 429}


def test_what_was_counted_in_advance_ends_with_its_window(
    settings: Settings, db: Database, cast: Cast
) -> None:
    with running_app(settings.model_copy(update={"rate_limit": "300 per second"})) as app:
        client = client_of(app, db, cast.owner)
        assert set(statuses(client, 5)) == {200}
        time.sleep(1.1)
        assert set(statuses(client, 5)) == {200}


def test_wrong_tokens_are_counted_by_address(settings: Settings, db: Database, cast: Cast) -> None:
    with running_app(limited(settings)) as app:
        guesses = [
            app.test_client().get("/api/activities", headers={"Authorization": f"Bearer hf_{n}"}).status_code
            for n in range(4)
        ]
    assert guesses == [401, 401, 401, 429]


def test_all_tokens_and_sessions_of_a_person_share_one_limit(
    settings: Settings, db: Database, team: Team
) -> None:
    with running_app(limited(settings)) as app:
        browser = app.test_client()
        browser.post("/api/login", json={"email": "owner@acme.example", "password": PASSWORD})
        clients = [browser, client_of(app, db, team.owner), client_of(app, db, team.owner, "read")]
        assert [statuses(client, 1) for client in clients] == [[200], [200], [200]]
        assert [statuses(client, 1) for client in clients] == [[429], [429], [429]]
        assert statuses(client_of(app, db, team.viewer), 1) == [200]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_strangers_are_counted_by_what_one_customer_has(
    settings: Settings, db: Database, cast: Cast, one: str, other: str, *, together: bool
) -> None:
    with running_app(limited(settings)) as app:
        client = app.test_client()
        for _ in range(3):
            client.get("/api/me", environ_base={"REMOTE_ADDR": one})
        status = client.get("/api/me", environ_base={"REMOTE_ADDR": other}).status_code
    assert status == (429 if together else 401)


def standing_of(response: Any) -> tuple[int, int]:
    """What is left, and the seconds to go, of the policy that each answer of the API names."""
    assert response.headers.getlist("RateLimit-Policy") == ['"default";q=1000;w=900']
    match = RATE.fullmatch(response.headers["RateLimit"])
    assert match, response.headers["RateLimit"]
    return int(match[1]), int(match[2])


ANSWERS: dict[str, tuple[int, Callable[[FlaskClient], Any]]] = {
    "a list": (200, lambda client: client.get("/api/clients")),
    "made": (201, lambda client: client.post("/api/clients", json={"name": "Anna"})),
    "malformed": (400, lambda client: client.post("/api/clients", data="{", content_type="application/json")),
    "nobody": (401, lambda client: client.get("/api/me", headers={"Authorization": "Bearer hf_no"})),
    "not found": (404, lambda client: client.get("/api/clients/999")),
    "no route": (404, lambda client: client.get("/api/nothing")),
    "method": (405, lambda client: client.delete("/api/clients")),
    "type": (415, lambda client: client.post("/api/clients", data="x")),
    "invalid": (422, lambda client: client.post("/api/clients", json={"nme": "Anna"})),
    "options": (200, lambda client: client.options("/api/clients")),
    "head": (200, lambda client: client.head("/api/clients")),
    "health": (503, lambda client: client.get("/api/health")),
    "document": (200, lambda client: client.get("/api/openapi.json")),
    "unsigned": (401, lambda client: client.post("/api/webhooks/whatsapp", data="{}")),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_of_the_api_says_how_the_limit_stands(
    settings: Settings, db: Database, cast: Cast, kind: str
) -> None:
    status, ask = ANSWERS[kind]
    with running_app(settings) as app:
        response = ask(client_of(app, db, cast.owner))
        assert response.status_code == status
        left, seconds = standing_of(response)
        assert 900 < left <= 1_000 and 0 < seconds <= 900
        response.close()


def test_replays_and_unchanged_files_say_it_too(
    settings: Settings, db: Database, cast: Cast, tmp_path: Path
) -> None:
    with running_app(settings) as app:
        client = client_of(app, db, cast.owner)
        again = [
            client.post("/api/clients", json={"name": "Anna"}, headers={"Idempotency-Key": "k"})
            for _ in range(2)
        ]
        assert again[1].headers["Idempotency-Replayed"] == "true"
        (tmp_path / "a.txt").write_text("text")
        with (tmp_path / "a.txt").open("rb") as content:
            made = client.post("/api/clients/1/files", data={"file": (content, "a.txt")}).get_json()["data"]
        first = client.get(f"/api/files/{made['id']}/content")
        unchanged = client.get(
            f"/api/files/{made['id']}/content", headers={"If-None-Match": first.headers["ETag"]}
        )
        assert unchanged.status_code == 304
        left = [standing_of(each)[0] for each in (*again, first, unchanged)]
        assert left == [999, 998, 996, 995]
        first.close()
        unchanged.close()


def test_what_is_said_to_be_left_is_never_more_than_is(settings: Settings, db: Database, cast: Cast) -> None:
    with running_app(settings) as one, running_app(settings) as two:
        clients = [client_of(app, db, cast.owner) for app in (one, two)]
        for number in range(1, 61):
            left, _ = standing_of(clients[number % 3 == 0].get("/api/me"))
            assert 1_000 - number - 20 <= left <= 1_000 - number


def test_a_refusal_tells_that_nothing_is_left(settings: Settings, db: Database, cast: Cast) -> None:
    with running_app(limited(settings)) as app:
        client = client_of(app, db, cast.owner)
        statuses(client, 3)
        response = client.get("/api/activities")
    assert response.headers["RateLimit-Policy"] == '"default";q=3;w=3600'
    assert response.headers["RateLimit"] == f'"default";r=0;t={response.headers["Retry-After"]}'


def test_several_limits_are_shown_one_beside_the_other(settings: Settings, db: Database, cast: Cast) -> None:
    two = settings.model_copy(update={"rate_limit": "1000 per 15 minutes; 3 per second"})
    with running_app(two) as app:
        response = client_of(app, db, cast.owner).get("/api/me")
    assert response.headers["RateLimit-Policy"] == '"default";q=1000;w=900, "default-2";q=3;w=1'
    assert response.headers["RateLimit"] == '"default";r=999;t=900, "default-2";r=2;t=1'


def test_a_log_in_that_has_to_wait_names_its_own_limit(settings: Settings, db: Database, team: Team) -> None:
    wrong = {"email": "owner@acme.example", "password": "not the password"}
    with running_app(settings) as app:
        found = [app.test_client().post("/api/login", json=wrong) for _ in range(6)]
    assert [each.status_code for each in found] == [401] * 5 + [429]
    assert found[5].headers["RateLimit-Policy"] == '"default";q=1000;w=900, "login-place";q=5;w=86400'
    assert found[5].headers["RateLimit"].endswith('"login-place";r=0;t=1')
    assert found[5].headers["Retry-After"] == "1"


def test_a_count_that_cannot_be_kept_refuses_nobody(settings: Settings, db: Database, cast: Cast) -> None:
    (settings.sqlite_path.parent / "limits.db").write_bytes(b"no database" * 100)
    with running_app(limited(settings)) as app:
        assert statuses(client_of(app, db, cast.owner), 5) == [200] * 5
