"""What is printed: all of a page's content on plain paper, and nothing that is there to be clicked."""

import re

import pytest
from playwright.sync_api import Page, expect

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.pipeline import Stage
from crm.secret_key import ensure_secret_key
from crm.vault import Vault
from tests.browser.conftest import settings_of
from tests.support.appliance import Appliance
from tests.support.arrivals import arrive
from tests.support.clients import add_client
from tests.support.leads import add_lead, put_card
from tests.support.whatsapp import connect, text

PAPER = {"width": 720, "height": 1018}
WRITTEN = 30
# Where something of a page is cut off: more in it than it shows, and no way to scroll on paper.
CUT_OFF = """
  () => [...document.querySelectorAll("main, main *")]
    .filter((each) => each.offsetParent && each.scrollHeight > each.clientHeight + 2)
    .filter((each) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(each).overflowY))
    .filter((each) => !each.closest(".sr-only, select, textarea, svg") && each.clientHeight > 1)
    .map((each) => each.outerHTML.slice(0, 120))
"""


@pytest.fixture
def records(
    appliance: Appliance, live_db: Database, founder: Actor, stages: dict[str, Stage], number: int
) -> list[str]:
    """The paths of pages with more on them than one sheet shows."""
    settings: Settings = settings_of(appliance)
    vault = Vault(ensure_secret_key(settings))
    channel = connect(live_db, founder, vault, phone_number_id=f"77700{number}")
    for place in range(WRITTEN):
        arrive(live_db, vault, text(f"p{number}-{place}", f"Line {place}"), number=channel.address)
    client = add_client(live_db, founder, name="Anna", email=f"anna{number}@example.org", notes="Calls late")
    for place in range(WRITTEN):
        lead = add_lead(live_db, founder, title=f"Roof {place}", client_id=client.id, value=100)
    put_card(live_db, founder, lead.id, stages["Won"])
    return [f"/clients/{client.id}", f"/leads/{lead.id}", "/reports", "/board", "/leads", "/", "/my-day"]


def print_of(page: Page, path: str) -> None:
    page.emulate_media(media="screen", color_scheme="dark")
    page.goto(path)
    page.emulate_media(media="print", color_scheme="dark")


@pytest.mark.timeout(300)
def test_nothing_is_cut_off_on_paper_and_nothing_is_there_to_be_clicked(
    page: Page, records: list[str]
) -> None:
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    for path in records:
        print_of(page, path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(CUT_OFF) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"], path
        for gone in ("#sidebar", ".topbar", "main .button", ".toolbar", ".composer", ".entry-actions"):
            assert [each for each in page.locator(gone).all() if each.is_visible()] == [], (path, gone)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_conversation_is_printed_whole(page: Page, records: list[str]) -> None:
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    page.goto("/inbox")
    page.locator(".inbox-list .row-link").first.click()
    expect(page.locator("#messages")).to_contain_text(f"Line {WRITTEN - 1}")
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == []
    expect(page.locator("#reply")).to_be_hidden()
    expect(page.locator(".inbox-list")).to_be_hidden()


def test_reports_are_printed_as_tables_with_their_columns(page: Page, records: list[str]) -> None:
    for width in (PAPER["width"], 375):
        page.set_viewport_size({"width": width, "height": PAPER["height"]})
        print_of(page, "/reports")
        expect(page.locator(".report-table").first).to_be_visible()
        expect(page.locator(".report-drawing").first).to_be_hidden()
        head, row = (
            page.locator(f"#funnel-title >> xpath=../.. >> {part} tr").first for part in ("thead", "tbody")
        )
        for place in range(3):
            above, below = (line.locator("th, td").nth(place).bounding_box() for line in (head, row))
            assert above is not None and below is not None
            assert abs(above["x"] - below["x"]) < 2 and above["width"] == pytest.approx(below["width"], abs=2)
        expect(head).to_have_text(re.compile("Stage.*Leads.*From the stage before", re.DOTALL))
