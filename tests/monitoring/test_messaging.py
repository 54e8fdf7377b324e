"""Alerts by a message: an approved template through the outbox of a number, else a clear refusal."""

from collections.abc import Iterator
from typing import Any

import pytest

from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.actor import SYSTEM
from crm.db.file_stores.opening import file_store
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.monitoring.alert_settings import ask_for_test, get_alert_settings, last_test
from crm.monitoring.alert_templates import alert_templates
from crm.vault import Vault
from tests.monitoring.conftest import QUIET, Server
from tests.support.cast import Cast
from tests.support.cloud_api import CloudApiStub, cloud_api
from tests.support.threads import run_in_threads
from tests.support.whatsapp import KEY, connect

PHONE = "+491701234567"
BODIES = {"alert": "Server: {{1}}", "named": "Server: {{alert}}", "plain": "Hello", "both": "{{1}} {{2}}"}
SLOW = {**QUIET, "slow": (0, None)}


@pytest.fixture
def stub() -> Iterator[CloudApiStub]:
    with cloud_api() as stub:
        yield stub


@pytest.fixture
def connected(server: Server, cast: Cast, stub: CloudApiStub) -> Iterator[Post]:
    """With templates, some of which can say an alert."""
    vault = Vault(KEY)
    connect(server.db, cast.owner, vault)
    for name, body in BODIES.items():
        fields = parse_fields(TemplateFields, {"name": name, "body": body})
        server.db.write(add_template, cast.owner, fields)
    api = CloudApi(stub.base_url)
    yield Post(vault, {WHATSAPP.name: api}, file_store(server.settings))
    api.close()


def set_status(tx: Transaction, status: str) -> None:
    tx.run("UPDATE message_templates SET status = :status WHERE workspace_id = :workspace_id", status=status)


def told(stub: CloudApiStub) -> list[tuple[str, str, str]]:
    """To whom, by which template, with which sentence."""
    found = []
    for each in stub.accepted:
        (parameter,) = each["template"]["components"][0]["parameters"]
        found.append((each["to"], each["template"]["name"], parameter["text"]))
    return found


@pytest.mark.parametrize("name", ["alert", "named"])
def test_the_beginning_and_the_end_are_told_once_through_the_outbox(
    server: Server, cast: Cast, connected: Post, stub: CloudApiStub, name: str
) -> None:
    server.set(cast.owner, message_to=PHONE, message_template=f"{name}/en_US", thresholds=SLOW)
    server.round()
    server.run_slowly()
    for _ in range(3):
        server.round()
        send_due(server.db, connected)
    server.clock.advance(hours=2)
    server.round()
    send_due(server.db, connected)
    sentence = "1 statement was slow within an hour."
    to = PHONE.removeprefix("+")
    assert told(stub) == [(to, name, f"WARNING: {sentence}"), (to, name, f"OVER: {sentence}")]


def test_only_approved_templates_with_one_place_can_be_chosen(
    server: Server, cast: Cast, connected: Post
) -> None:
    assert server.db.read(alert_templates, cast.owner) == ["alert/en_US", "named/en_US"]
    for template, refusal in (
        ("plain/en_US", "one placeholder"), ("both/en_US", "one placeholder"), ("alert/de", "no template"),
        ("Not a name", "no template"), (None, "is required"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=refusal) as refused:
            server.set(cast.owner, message_to=PHONE, message_template=template)
        assert [each.field for each in refused.value.problems] == ["message_template"]


@pytest.mark.parametrize("number", ["12", "not a number", PHONE])
def test_a_wrong_number_or_no_number_to_send_from_is_refused(server: Server, cast: Cast, number: str) -> None:
    with pytest.raises(Invalid) as refused:
        server.set(cast.owner, message_to=number, message_template="alert/en_US")
    assert [each.field for each in refused.value.problems] == ["message_to"]
    assert server.db.read(get_alert_settings, SYSTEM)[0].message_to is None


def test_a_test_says_that_the_template_was_taken_back_since(
    server: Server, cast: Cast, connected: Post, stub: CloudApiStub
) -> None:
    server.set(cast.owner, recipient=None, message_to=PHONE, message_template="alert/en_US", thresholds=QUIET)
    outcomes: list[Any] = []
    for status in ("approved", "paused"):
        server.db.write(set_status, cast.owner, status)
        server.db.write(ask_for_test, cast.owner)
        server.round()
        outcomes.append(server.db.read(last_test, SYSTEM)["outcome"])
    assert outcomes == ["", "The message: message_template: is not approved: paused"]
    run_in_threads(lambda _: send_due(server.db, connected), 2)
    assert [sentence for *_, sentence in told(stub)] == ["Test of the alerts"]
    server.set(cast.owner, message_to=PHONE, message_template="alert/en_US", quiet_from=None)
