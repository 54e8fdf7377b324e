"""Messages that pass by: they cover nothing that can be used, wait for who reads them, and go by a key."""

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead
from tests.browser.conftest import soon
from tests.support.axe import grave_findings
from tests.support.clients import add_client

SAY = """
  for (const [text, bad] of [["12 clients changed.", false], ["Nothing was changed. ".repeat(9), true]])
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad } }));
"""
SAY_ONE = """
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: "12 clients changed.", bad: false } }));
"""
USABLE = "main :is(a, button, input, select, textarea)"
BARS = (".form-actions", ".bulk-bar", ".inbox", ".page-board", ".sidebar", ".topbar")
DOCKED = ", ".join(f"{bar} :is(a, button)" for bar in BARS)
# What is scrolled away behind the top bar is not covered by what hangs in it.
COVERED = """
  (usable) => [...document.querySelectorAll(usable)]
    .filter((each) => {
      const { x, y, width, height } = each.getBoundingClientRect();
      const [middle, bar] = [y + height / 2, document.querySelector(".topbar")];
      if (bar && !bar.contains(each) && middle < bar.getBoundingClientRect().bottom) return false;
      const over = document.elementFromPoint(x + width / 2, middle);
      return width && height && over?.closest(".toasts");
    })
    .map((each) => each.outerHTML.slice(0, 120))
"""


HOUR = 3_600


def hold_timers(page: Page) -> None:
    """On a slow machine a message would leave before the test has looked at it."""
    page.clock.install(time=0)
    page.clock.pause_at(HOUR)


@pytest.fixture
def many(live_db: Database, founder: Actor) -> int:
    for number in range(30):
        last = add_client(live_db, founder, name=f"Client {number}", email=f"c{number}@example.org")
    return last.id


@pytest.mark.parametrize("width", [1440, 1024, 800, 375])
@pytest.mark.parametrize(
    "address", ["/clients/new", "/clients", "/board", "/inbox", "/settings/workspace", "/"]
)
def test_toasts_cover_nothing_that_can_be_used(
    page: Page, many: int, cards: dict[str, Lead], width: int, address: str
) -> None:
    page.set_viewport_size({"width": width, "height": 760})
    page.goto(address)
    if address == "/clients":
        page.locator("tbody .pick").first.check(force=True)
        expect(page.locator(".bulk-bar")).to_be_visible()
    page.evaluate(SAY)
    expect(page.locator(".toast")).to_have_count(2)
    soon(lambda: page.evaluate(COVERED, DOCKED), [], page)
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    soon(lambda: page.evaluate(COVERED, f"{USABLE}, {DOCKED}"), [], page)
    page.evaluate("window.scrollTo(0, 0)")  # a row that is half behind the top bar is a small target
    assert grave_findings(page) == []


@pytest.mark.parametrize("width", [375, 800, 1024])
def test_no_row_is_under_a_toast_in_the_midst_of_a_scroll(page: Page, many: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.goto("/clients")
    hold_timers(page)
    page.evaluate("window.scrollTo(0, 260)")
    bar = page.evaluate("document.querySelector('.topbar').offsetHeight")
    first_seen = f"""[...document.querySelectorAll('#main .row-link')]
        .findIndex((each) => each.getBoundingClientRect().top >= {bar})"""
    first = page.evaluate(first_seen)
    page.evaluate(SAY)
    expect(page.locator(".toast")).to_have_count(2)
    page.wait_for_function("(bar) => document.querySelector('.topbar').offsetHeight > bar + 40", arg=bar)
    soon(lambda: page.evaluate(COVERED, f"{USABLE}, {DOCKED}"), [], page)
    top = f"document.querySelectorAll('#main .row-link')[{first}].getBoundingClientRect().top"
    assert page.evaluate(f"{top} >= document.querySelector('.topbar').offsetHeight")
    for _ in range(2):
        page.keyboard.press("Escape")
    soon(lambda: page.evaluate("document.querySelector('.topbar').offsetHeight"), bar, page)


@pytest.mark.parametrize("width", [1280, 1440])
def test_on_a_desk_a_short_toast_moves_no_row(page: Page, many: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    page.goto("/clients")
    page.evaluate("window.scrollTo(0, 260)")
    above = "document.querySelectorAll('#main .row-link')[6].getBoundingClientRect().top"
    before = page.evaluate(above)
    bar = page.evaluate("document.querySelector('.topbar').offsetHeight")
    page.evaluate(SAY_ONE)
    expect(page.locator(".toast")).to_have_count(1)
    soon(lambda: page.evaluate(COVERED, f"{USABLE}, {DOCKED}"), [], page)
    assert page.evaluate(above) == before
    page.evaluate(SAY)
    expect(page.locator(".toast")).to_have_count(3)
    soon(lambda: page.evaluate(COVERED, f"{USABLE}, {DOCKED}"), [], page)
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(page.locator(".toast")).to_have_count(0)
    soon(lambda: page.evaluate("document.querySelector('.topbar').offsetHeight"), bar, page)


def test_what_gets_the_focus_is_not_under_a_toast(page: Page, many: int) -> None:
    page.set_viewport_size({"width": 1024, "height": 500})
    page.goto("/clients")
    page.evaluate(SAY)
    for link in page.locator("#main .row-link").all():
        link.focus()
        assert page.evaluate(COVERED, ":focus") == []


def test_a_key_goes_to_the_newest_toast_and_another_closes_it(page: Page, many: int) -> None:
    page.goto("/clients")
    search = page.get_by_role("searchbox").first
    search.focus()
    hold_timers(page)
    page.evaluate(SAY)
    page.keyboard.press("F8")
    expect(page.locator(".toast").nth(1).get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".toast")).to_have_count(1)
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".toast")).to_have_count(0)
    assert page.evaluate("document.documentElement.style.getPropertyValue('--dock')") in {"", "0px"}


def test_a_toast_is_said_politely_and_stays_while_somebody_is_on_it(page: Page, many: int) -> None:
    page.clock.install()
    page.goto("/clients")
    page.evaluate(SAY)
    assert page.locator("#toasts").get_attribute("aria-live") == "polite"
    assert page.locator("#toasts").get_attribute("aria-atomic") == "false"
    page.locator(".toast").first.hover()
    page.keyboard.press("F8")
    page.clock.run_for(60_000)
    expect(page.locator(".toast")).to_have_count(2)
    page.mouse.move(700, 5)
    page.clock.run_for(3_000)
    expect(page.locator(".toast")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".toast")).to_have_count(0)


def test_bulk_deletion_offers_to_leave_out_a_company_that_has_people(
    page: Page, live_db: Database, founder: Actor, many: int
) -> None:
    company = add_client(live_db, founder, kind="company", name="A Full House")
    add_client(live_db, founder, name="Dora", company_id=company.id)
    page.goto("/clients?sort=name")
    page.locator("thead input[type=checkbox]").check(force=True)
    expect(page.locator("[data-count]")).to_contain_text("25")
    page.locator(".bulk-bar button[value=delete]").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("No clients were deleted: A Full House")
    toast.get_by_role("button", name="Skip these and change the others").click()
    expect(page.locator(".toast")).to_contain_text("24 clients moved to the trash. 1 client skipped.")
    expect(page.get_by_role("link", name="A Full House")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("24 changes undone.")
