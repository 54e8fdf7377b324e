"""Who was erased is not told of any more, and is not in the log."""

from typing import Any

import pytest

from crm.appliance.erasing import ClientErasure, erase_client
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.transaction import Transaction
from crm.webhooks import sending
from crm.webhooks.deliveries import get_delivery
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.receivers import Reply
from tests.webhooks.conftest import Telling

NAME = "Adelheid Unvergessen"


def erase(telling: Telling, settings: Settings, client_id: int) -> None:
    telling.db.write(erase_client, telling.who, settings, client_id, ClientErasure(name=NAME))


def stored_texts(telling: Telling) -> str:
    def dump(tx: Transaction) -> list[dict[str, Any]]:
        return tx.all("SELECT * FROM webhook_deliveries") + tx.all("SELECT * FROM webhook_attempts")

    return repr(telling.db.read(dump, SYSTEM))


def test_what_was_told_disappears_from_the_log_with_the_answers(telling: Telling, settings: Settings) -> None:
    hook = telling.hook(kinds=["client"])
    telling.receiver.usual = Reply(200, body=f"stored {NAME}".encode())
    ada = add_client(telling.db, telling.who, name=NAME)
    telling.told()
    assert NAME in stored_texts(telling)
    erase(telling, settings, ada.id)
    assert NAME not in stored_texts(telling)
    kept = telling.db.read(get_delivery, telling.who, hook.id, telling.log(hook.id)[0].id)
    assert kept.erased and NAME not in repr(kept)
    telling.told()
    assert telling.receiver.told[-1] == ("client.erased", ada.id)


def test_what_waits_is_sent_without_the_erased_contents(
    telling: Telling, settings: Settings, frozen_clock: FrozenClock
) -> None:
    telling.hook(kinds=["client"])
    telling.receiver.replies.append(Reply(500))
    ada = add_client(telling.db, telling.who, name=NAME)
    telling.told()
    assert NAME.encode() in telling.receiver.got[0].body
    erase(telling, settings, ada.id)
    frozen_clock.advance(minutes=1)
    telling.told()
    again, erased = telling.receiver.got[1:]
    assert again.headers["webhook-id"] == telling.receiver.got[0].headers["webhook-id"]
    assert NAME.encode() not in again.body + erased.body
    assert again.event["data"]["after"] is None and again.event["data"]["erased_at"] is not None
    assert erased.event["type"] == "client.erased"


def test_an_answer_that_comes_after_the_erasure_is_not_kept(
    telling: Telling, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    telling.hook(kinds=["client"])
    telling.receiver.usual = Reply(200, body=f"stored {NAME}".encode())
    ada = add_client(telling.db, telling.who, name=NAME)
    deliver = sending.deliver

    def erased_meanwhile(*given: Any) -> Any:
        outcome = deliver(*given)
        if len(telling.receiver.got) == 1:
            erase(telling, settings, ada.id)
        return outcome

    monkeypatch.setattr(sending, "deliver", erased_meanwhile)
    telling.told()
    assert NAME not in stored_texts(telling)
