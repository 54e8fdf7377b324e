"""What is not understood is kept in quarantine, stops nothing else, and is worked on again later."""

from typing import Any

import pytest

from crm.conversations.inbound import projection
from crm.conversations.inbound.events import MOST_ATTEMPTS, list_quarantined, replay_event
from crm.conversations.inbound.intake import take_in
from crm.conversations.inbound.projection import project_due
from crm.db.database import Database
from crm.errors import NotFound
from crm.vault import Vault
from tests.support.arrivals import arrive, counts, rows
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.whatsapp import connect, message, status, text

pytestmark = pytest.mark.usefixtures("channel")


@pytest.mark.parametrize(
    "part",
    [
        message("w", "text", text={"body": 7}),
        message("w", "text"),
        message("w", "text", text={"body": "x"}, at=-1),
        message("w", "image", image={"mime_type": "image/png"}),
        message("w", "interactive", interactive={"type": "dance"}),
        {"id": "w", "type": "text", "text": {"body": "nobody"}},
        status("w", "evaporated"),
        {"id": "w", "status": "read", "timestamp": "soon"},
    ],
)
def test_what_is_not_understood_is_quarantined_whole_and_leaves_nothing_else(
    db: Database, cast: Cast, vault: Vault, part: dict[str, Any]
) -> None:
    arrive(db, vault, part)
    found = counts(db)
    assert found.pop("quarantined") == 1
    assert set(found.values()) == {0}
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert event.problem
    assert '"id": "w"' in event.payload


def test_a_quarantined_event_is_projected_once_its_number_is_connected(
    db: Database, cast: Cast, vault: Vault
) -> None:
    arrive(db, vault, text("wamid.1"), number="999")
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert "not connected" in event.problem
    connect(db, cast.owner, vault, phone_number_id="999")
    db.write(replay_event, cast.owner, event.id)
    project_due(db)
    assert (counts(db)["messages"], counts(db)["quarantined"]) == (1, 0)
    with pytest.raises(NotFound):
        db.write(replay_event, cast.owner, event.id)


def test_no_workspace_sees_or_replays_the_quarantine_of_another(
    db: Database, cast: Cast, vault: Vault
) -> None:
    arrive(db, vault, status("w", "evaporated"))
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert db.read(list_quarantined, cast.outsider, limit=10).rows == []
    with pytest.raises(NotFound):
        db.write(replay_event, cast.outsider, event.id)


def test_a_defect_of_ours_is_tried_again_later_then_quarantined_and_stops_no_other(
    db: Database, cast: Cast, vault: Vault, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_take_in = take_in

    def failing(tx: Any, arrival: Any, received: Any) -> None:
        true_take_in(tx, arrival, received)
        if received.body == "poison":
            raise ZeroDivisionError("a defect")

    monkeypatch.setattr(projection, "take_in", failing)
    arrive(db, vault, text("w1", "poison"), text("w2", "fine", sender="4917099999"))
    assert rows(db, "SELECT body FROM messages") == [{"body": "fine"}]
    for _ in range(MOST_ATTEMPTS):
        frozen_clock.advance(hours=1)
        project_due(db)
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert event.attempts == MOST_ATTEMPTS
    monkeypatch.setattr(projection, "take_in", true_take_in)
    db.write(replay_event, cast.owner, event.id)
    project_due(db)
    assert {row["body"] for row in rows(db, "SELECT body FROM messages")} == {"fine", "poison"}
