"""Webhooks reach the world, and never the machine or its network unless a range is allowed."""

import ipaddress
import socket
from typing import Any

import pytest

from crm.campaigns.sources.fields import NewSource
from crm.campaigns.sources.sources import create_source
from crm.config import PROJECT_ROOT
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.monitoring.alert_settings import AlertSettings, change_alert_settings
from crm.webhooks.addresses import Ranges, may_reach, refuse_private
from crm.webhooks.fields import NewWebhook, WebhookChanges
from crm.webhooks.signing import new_webhook_secret
from crm.webhooks.webhooks import change_webhook, create_webhook
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.receivers import Receiver, Reply
from tests.webhooks.conftest import LOOPBACK, VAULT, Telling

PRIVATE = (
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0",  # noqa: S104
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.0.1", "198.18.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "2001::1",
)  # fmt: skip
SPELLINGS = (
    "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1", "0177.0.0.1", "017700000001",
    "10.1",
    "0xa9fea9fe", "192.168.257", "0", "127.0.0.1.", "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021",
    "\uff4cocalhost", "[::ffff:7f00:1]", "[::127.0.0.1]",
)  # fmt: skip
PUBLIC = ("93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822")


def enter_webhook(tx: Transaction, url: str, allowed: Ranges) -> int:
    fields = parse_fields(NewWebhook, {"name": "Program", "url": url})
    return create_webhook(tx, VAULT, allowed, fields, new_webhook_secret()).id


def change_to(tx: Transaction, url: str, allowed: Ranges) -> None:
    made = enter_webhook(tx, "https://example.org/", ())
    change_webhook(tx, allowed, made, parse_fields(WebhookChanges, {"url": url}))


def enter_for_alerts(tx: Transaction, url: str, allowed: Ranges) -> None:
    change_alert_settings(tx, AlertSettings(webhook_url=url), None, allowed)


def enter_source(tx: Transaction, url: str, allowed: Ranges) -> None:
    given = {
        "name": "Program",
        "platform": "http_json",
        "options": {"url": url, "day": "day", "campaign": "name"},
    }
    create_source(tx, VAULT, allowed, parse_fields(NewSource, given))


PLACES = {
    "webhook": enter_webhook, "changed webhook": change_to, "alerts": enter_for_alerts,
    "source of figures": enter_source,
}  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_the_machine_or_of_a_private_network_is_refused(address: str) -> None:
    assert not may_reach(address, ())
    host = address if ":" not in address else f"[{address.replace('%', '%25')}]"
    with pytest.raises(Invalid) as refused:
        refuse_private(f"http://{host}:8080/hook", ())
    assert [each.field for each in refused.value.problems] == ["url"]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_world_is_reached(address: str) -> None:
    assert may_reach(address, ())


def test_only_the_allowed_range_is_opened() -> None:
    allowed = (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/8"))
    assert may_reach("10.1.2.3", allowed) and may_reach("fd12::1", allowed)
    assert may_reach("::ffff:10.1.2.3", allowed)
    assert not may_reach("10.2.0.1", allowed) and not may_reach("127.0.0.1", allowed)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "crm.localhost"])
def test_names_of_this_machine_are_refused_as_its_addresses_are(host: str) -> None:
    with pytest.raises(Invalid):
        refuse_private(f"http://{host}/hook", ())
    refuse_private(f"http://{host}/hook", LOOPBACK)


@pytest.mark.parametrize("place", ["webhook", "changed webhook", "alerts", "source of figures"])
def test_every_spelling_of_this_machine_is_refused_wherever_an_address_is_entered(
    db: Database, cast: Cast, place: str
) -> None:
    enter = PLACES[place]
    for host in SPELLINGS:
        with pytest.raises(Invalid, match="private network") as refused:
            db.write(enter, cast.owner, f"http://{host}/hook", ())
        assert "url" in refused.value.problems[0].field, host
    db.write(enter, cast.owner, "http://2130706433/hook", LOOPBACK)
    db.write(enter, cast.owner, "https://1password.example.org/hook", ())


def test_these_are_all_places_where_an_address_is_entered() -> None:
    rooms = [path for path in (PROJECT_ROOT / "crm").rglob("*.py") if path.name != "addresses.py"]
    asking = {path.stem for path in rooms if "refuse_private(" in path.read_text(encoding="utf-8")}
    assert asking == {"webhooks", "alert_settings", "sources"}


@pytest.mark.parametrize("host", ["rebound.example.org", "2130706433", "0x7f.1", "017700000001"])
def test_what_a_name_leads_to_is_checked_when_it_is_sent(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Also for spellings that the system reads as an address."""
    lookup = socket.getaddrinfo

    def looked_up(name: str, *given: Any, **named: Any) -> Any:
        return lookup("127.0.0.1" if name.endswith(".example.org") else name, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    hook = telling.hook(f"http://{host}:{telling.receiver.port}/hook", kinds=["client"])
    monkeypatch.setattr("tests.webhooks.conftest.LOOPBACK", ())
    add_client(telling.db, telling.who)
    telling.told()
    (delivery,) = telling.log(hook.id)
    assert telling.receiver.got == []
    assert delivery.state == "queued" and "private network" in str(delivery.problem)


def test_a_name_that_leads_elsewhere_when_it_is_looked_up_again_is_asked_once(
    telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To an address that is allowed first, which stands for a public one, and then into this machine."""
    lookup, asked = socket.getaddrinfo, list[str]()

    def looked_up(name: str, *given: Any, **named: Any) -> Any:
        if name != "rebound.example.org":
            return lookup(name, *given, **named)
        asked.append(name)
        return lookup("127.0.0.9" if len(asked) == 1 else "127.0.0.1", *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    allowed = (ipaddress.ip_network("127.0.0.9/32"),)
    monkeypatch.setattr("tests.webhooks.conftest.LOOPBACK", allowed)
    hook = telling.hook(f"http://rebound.example.org:{telling.receiver.port}/hook", kinds=["client"])
    add_client(telling.db, telling.who)
    telling.told()
    (delivery,) = telling.log(hook.id)
    assert (len(asked), telling.receiver.got) == (1, [])
    assert "could not be reached" in str(delivery.problem), "only the address that was checked was tried"
    send_at_once(telling, hook.id)
    (delivery,) = telling.log(hook.id)
    assert (len(asked), telling.receiver.got) == (2, [])
    assert "private network" in str(delivery.problem)


def send_at_once(telling: Telling, webhook_id: int) -> None:
    sql = """
        UPDATE webhook_deliveries
           SET due_at = :now
         WHERE workspace_id = :workspace_id
           AND webhook_id = :hook
    """
    telling.db.write(lambda tx: tx.run(sql, hook=webhook_id), telling.who)
    telling.told()


def test_a_redirect_is_not_followed(telling: Telling) -> None:
    with Receiver() as inside:
        telling.receiver.usual = Reply(307, {"Location": inside.url})
        hook = telling.hook(kinds=["client"])
        add_client(telling.db, telling.who)
        telling.told()
        assert inside.got == []
    (delivery,) = telling.log(hook.id)
    assert (delivery.state, delivery.status) == ("queued", 307)
    assert "redirect" in str(delivery.problem)
