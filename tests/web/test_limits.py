import time

from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, problem_of, running_app
from tests.support.cast import Cast


def limited(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "3 per hour"})


def statuses(client: FlaskClient, count: int) -> list[int]:
    return [client.get("/api/activities").status_code for _ in range(count)]


def test_the_limit_is_per_token_and_says_when_to_come_back(
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
