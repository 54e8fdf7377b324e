"""Who asks is remembered between requests, and still each change to them counts from the next request on."""

from collections.abc import Callable

import pytest

from crm.accounts.tokens import list_tokens, revoke_token
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.processes import run_in_processes

ASKED = "/api/activities"


def disable(tx: Transaction, user_id: int) -> None:
    tx.run("UPDATE users SET disabled_at = :now WHERE id = :user_id", user_id=user_id)


def make_viewer(tx: Transaction, user_id: int) -> None:
    tx.run("UPDATE users SET role = 'viewer' WHERE id = :user_id", user_id=user_id)


def revoke_all(tx: Transaction, user_id: int) -> None:
    tx.run("UPDATE tokens SET revoked_at = :now WHERE user_id = :user_id", user_id=user_id)


def lose_tokens(tx: Transaction, user_id: int) -> None:
    tx.run("DELETE FROM tokens WHERE user_id = :user_id", user_id=user_id)


def change_elsewhere(settings: Settings, change: Callable[[Transaction, int], None], user_id: int) -> None:
    db = open_database(settings)
    try:
        db.write(change, SYSTEM, user_id)
    finally:
        db.close()


@pytest.mark.parametrize(
    ("change", "expected"), [(disable, 401), (make_viewer, 403), (revoke_all, 401), (lose_tokens, 401)]
)
@pytest.mark.usefixtures("frozen_clock")
def test_what_another_process_does_to_a_user_counts_at_once(
    prepared: Settings, db: Database, cast: Cast, change: Callable[[Transaction, int], None], expected: int
) -> None:
    """Within one second of the clock, at whose end everybody is read anew."""
    with running_app(prepared) as app:
        client = client_of(app, db, cast.colleague)
        assert [client.post("/api/clients", json={"name": name}).status_code for name in "ab"] == [201, 201]
        assert client.get(ASKED).status_code == 200
        run_in_processes(change_elsewhere, [(prepared, change, cast.colleague.user_id or 0)])
        assert client.post("/api/clients", json={"name": "c"}).status_code == expected


def test_a_change_of_anything_else_has_nobody_read_anew(
    settings: Settings, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    with running_app(settings) as app:
        client, own = client_of(app, db, cast.owner), app.extensions["holdfast.db"]

        def looked_up() -> int:
            return sum(
                each.count for sql, each in own.statistics.statements().items() if "FROM tokens t" in sql
            )

        assert client.post("/api/clients", json={"name": "a"}).status_code == 201
        assert client.get("/api/clients/1").status_code == 200
        before = looked_up()
        for name in ("b", "c"):
            assert client.post("/api/clients", json={"name": name}).status_code == 201
            assert client.get("/api/clients").status_code == 200
        assert looked_up() == before
        assert client.patch("/api/me", json={"name": "Another"}).status_code == 200
        assert client.get("/api/clients").status_code == 200
        assert looked_up() > before


def test_a_revoked_token_is_refused_at_once(
    settings: Settings, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    with running_app(settings) as app:
        client = client_of(app, db, cast.owner)
        assert client.get(ASKED).status_code == 200
        [token] = db.read(list_tokens, cast.owner)
        db.write(revoke_token, cast.owner, token.id)
        assert client.get(ASKED).status_code == 401


def test_an_expired_token_is_refused_though_nothing_was_committed(
    settings: Settings, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    with running_app(settings) as app:
        client = client_of(app, db, cast.owner)
        assert [client.get(ASKED).status_code for _ in range(2)] == [200, 200]
        frozen_clock.advance(days=40_000)
        assert client.get(ASKED).status_code == 401


def test_two_users_who_ask_in_turn_are_not_taken_for_each_other(
    settings: Settings, db: Database, cast: Cast
) -> None:
    with running_app(settings) as app:
        clients = [client_of(app, db, who) for who in (cast.owner, cast.colleague, cast.outsider)]
        names = [[client.get("/api/me").get_json() for client in clients] for _ in range(3)]
    assert names[0] == names[1] == names[2]
    assert len({str(each) for each in names[0]}) == 3
