"""The inbox in a real browser: what arrives shows by itself, what is typed stays until it is sent."""

import time

import httpx2
import pytest
from playwright.sync_api import Page, expect

from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.db.actor import Actor
from crm.db.database import Database
from crm.secret_key import ensure_secret_key
from crm.vault import Vault
from tests.browser.conftest import settings_of
from tests.support.appliance import Appliance
from tests.support.arrivals import rows
from tests.support.axe import faults_of
from tests.support.whatsapp import connect, delivery, message, signature, status, text


class Line:
    """A connected number of the founder's workspace, by which customers write."""

    def __init__(self, appliance: Appliance, number: str) -> None:
        self.appliance = appliance
        self.number = number

    def write(self, *parts: dict[str, object], name: str = "Kerry Fisher") -> None:
        body = delivery(*parts, number=self.number, name=name)
        headers = {"X-Hub-Signature-256": signature(body)}
        answer = httpx2.post(f"{self.appliance.url}/api/webhooks/whatsapp", content=body, headers=headers)
        assert answer.status_code == 200


@pytest.fixture
def line(appliance: Appliance, live_db: Database, founder: Actor, number: int) -> Line:
    settings: Settings = settings_of(appliance)
    vault = Vault(ensure_secret_key(settings))
    channel: Channel = connect(live_db, founder, vault, phone_number_id=f"55500{number}")
    return Line(appliance, channel.address)


def test_what_a_customer_writes_shows_within_two_seconds_without_a_reload(
    page: Page, line: Line, number: int
) -> None:
    page.goto("/inbox")
    expect(page.get_by_text("No conversations")).to_be_visible()
    line.write(text(f"a{number}", "Is anybody there?"))
    began = time.monotonic()
    row = page.get_by_role("link", name="Kerry Fisher")
    expect(row).to_be_visible(timeout=2_500)
    assert time.monotonic() - began < 2.5
    row.click()
    expect(page.locator("#messages")).to_contain_text("Is anybody there?")
    line.write(text(f"b{number}", "Hello?"))
    expect(page.locator("#messages")).to_contain_text("Hello?", timeout=2_500)


def test_any_page_shows_by_itself_how_much_is_unread_and_the_thread_takes_it_away(
    page: Page, line: Line, number: int
) -> None:
    page.goto("/clients")
    mark = page.locator("[data-unread]")
    before = mark.inner_text()
    line.write(text(f"u{number}", "Unread", sender=f"49170{number:07}"), name=f"Una {number}")
    expect(mark).not_to_have_text(before, timeout=8_000)
    page.goto("/inbox")
    page.get_by_role("link", name=f"Una {number}").click()
    expect(mark).to_have_text(before)


def test_a_message_goes_out_by_ctrl_enter_and_a_note_stays_among_colleagues(
    page: Page, line: Line, live_db: Database, founder: Actor, number: int
) -> None:
    line.write(text(f"a{number}", "Hi"))
    page.goto("/inbox")
    page.get_by_role("link", name="Kerry Fisher").click()
    composer = page.get_by_label("Message", exact=True).and_(page.locator("textarea"))
    composer.fill("Good day\nto you")
    composer.press("Control+Enter")
    expect(page.locator(".message-out")).to_contain_text("Good day")
    expect(composer).to_have_value("")
    page.locator(".reply-kind label").filter(has_text="Note").click()
    composer.fill("wants a discount")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-note")).to_contain_text("wants a discount")
    sql = "SELECT direction, body FROM messages WHERE workspace_id = :of_workspace ORDER BY id"
    said = rows(live_db, sql, of_workspace=founder.workspace_id)
    assert [(row["direction"], row["body"]) for row in said] == [
        ("in", "Hi"),
        ("out", "Good day\nto you"),
        ("note", "wants a discount"),
    ]


def test_what_is_typed_survives_a_reload_and_is_gone_once_sent(page: Page, line: Line, number: int) -> None:
    line.write(text(f"a{number}", "Hi"))
    page.goto("/inbox")
    page.get_by_role("link", name="Kerry Fisher").click()
    composer = page.locator("#reply textarea")
    composer.fill("half a thought")
    page.wait_for_timeout(500)
    page.reload()
    page.get_by_role("button", name="Restore").click()
    expect(composer).to_have_value("half a thought")
    composer.press("Control+Enter")
    expect(page.locator(".message-out")).to_contain_text("half a thought")
    page.reload()
    expect(composer).to_have_value("")


def test_a_refused_message_stays_where_it_was_typed(page: Page, line: Line, number: int) -> None:
    line.write(text(f"a{number}", "Hi"))
    page.goto("/inbox")
    page.get_by_role("link", name="Kerry Fisher").click()
    composer = page.locator("#reply textarea")
    composer.evaluate("field => field.removeAttribute('maxlength')")
    composer.fill("x" * 4097)
    composer.press("Control+Enter")
    expect(page.locator(".toast-bad")).to_be_visible()
    assert len(composer.input_value()) == 4097


def test_a_conversation_is_closed_reopened_put_aside_and_handed_on(
    page: Page, line: Line, number: int
) -> None:
    line.write(text(f"a{number}", "Hi"))
    page.goto("/inbox")
    page.get_by_role("link", name="Kerry Fisher").click()
    page.get_by_role("button", name="Close", exact=True).first.click()
    expect(page.get_by_text("Conversation closed.")).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    page.get_by_role("button", name="Snooze").click()
    page.get_by_role("menuitem", name="Until tomorrow morning").click()
    expect(page.get_by_text("Snoozed until").first).to_be_visible()
    page.get_by_role("combobox", name="Assignee").select_option(label="Olga (you)")
    expect(page.get_by_text("Assigned to Olga.")).to_be_visible()
    page.goto("/inbox?box=snoozed")
    expect(page.locator(".inbox-row")).to_contain_text("Olga")


def test_no_page_of_it_has_a_grave_finding_or_is_wider_than_its_screen(
    page: Page, line: Line, number: int
) -> None:
    line.write(
        text(
            f"a{number}", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
        ),
        message(f"b{number}", "location", location={"latitude": 1, "longitude": 2, "name": "Office"}),
        message(f"c{number}", "poll", poll={}),
        message(f"d{number}", "image", image={"id": "gone", "mime_type": "image/png"}),
        status(f"e{number}", "evaporated"),
        name="Siobhán O’Connor-Fitzgerald-Featherstonehaugh of Ballinasloe",
    )
    page.goto("/inbox")
    page.locator(".inbox-row a").first.click()
    others = (
        "/inbox", "/inbox?q=nobody", "/inbox/new", "/inbox/unsent", "/settings/channels",
        "/settings/channels/new", "/settings/channels/quarantine", "/settings/texts",
    )  # fmt: skip
    assert faults_of(page, [page.url, *others]) == []
