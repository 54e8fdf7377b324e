"""A webhook moves with its workspace: without its secret, and switched off until it has one."""

import zipfile
from pathlib import Path

import pytest

from crm.accounts.owners import first_owner
from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.kinds import open_database
from crm.webhooks.fields import WebhookChanges
from crm.webhooks.signing import new_webhook_secret
from crm.webhooks.webhook import list_webhooks
from crm.webhooks.webhooks import change_webhook, rotate_secret
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.receivers import Receiver
from tests.support.transfers import elsewhere
from tests.webhooks.conftest import LOOPBACK, VAULT, Telling

ON = parse_fields(WebhookChanges, {"active": True})


@pytest.mark.parametrize("taken", [False, True])
def test_a_webhook_arrives_without_a_secret_and_is_switched_on_with_a_new_one(
    settings: Settings, telling: Telling, tmp_path: Path, taken: bool
) -> None:
    hook = telling.hook(kinds=["client"], verbs=["created"])
    add_client(telling.db, telling.who, name="Ada")
    telling.told()
    export_to(settings, int(telling.who.workspace_id or 0), tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        row = archive.read(next(name for name in names if name.endswith("/webhooks.jsonl")))
    assert b"sealed_secret" in row
    assert not [name for name in names if "webhook_" in name]
    there = elsewhere(settings, tmp_path / "there")
    db = open_database(there)
    if taken:
        others = gather_cast(db)
        Telling(db, others.owner, telling.receiver).hook()
        db.write(lambda tx: tx.run("UPDATE users SET email = 'other-' || email"), SYSTEM)
    arrival = import_from(there, tmp_path / "one.zip")
    nobody = Actor(arrival.workspace_id, None)
    who = Actor(arrival.workspace_id, db.read(first_owner, nobody))
    (came,) = db.read(list_webhooks, who)
    assert (came.name, came.url, came.kinds, came.verbs) == (hook.name, hook.url, ["client"], ["created"])
    assert (came.active, came.has_secret, came.waiting) == (False, False, 0)
    with pytest.raises(Invalid, match="needs a secret first"):
        db.write(change_webhook, who, LOOPBACK, came.id, ON)
    secret = new_webhook_secret()
    db.write(rotate_secret, who, VAULT, came.id, secret, 24)
    assert db.write(change_webhook, who, LOOPBACK, came.id, ON).active
    with Receiver() as receiver:
        moved = parse_fields(WebhookChanges, {"url": receiver.url})
        db.write(change_webhook, who, LOOPBACK, came.id, moved)
        add_client(db, who, name="Bob")
        Telling(db, who, receiver).told()
        (got,) = receiver.got
    assert got.event["data"]["after"]["name"] == "Bob"
    assert len(got.headers["webhook-signature"].split()) == 1, "no former secret signs"
    db.close()
