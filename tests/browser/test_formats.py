"""The reader's locale in a real browser: the exact moment by hover and by keyboard, charts, what scripts
write, the search among the world's locales, and the client's clock beside one's own.
"""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from crm.accounts.fields import ProfileChanges
from crm.accounts.profile import change_profile
from crm.clients.client import Client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.closing import win_lead
from tests.browser.conftest import soon
from tests.support.clients import add_client
from tests.support.leads import add_lead

EXACT = re.compile(r"^\w+day, \d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d \(Asia/Tokyo, UTC\+09:00\)$")


@pytest.fixture
def client(live_db: Database, founder: Actor) -> Client:
    """Of a country of one zone that is never the reader's."""
    return add_client(live_db, founder, name="Aarav Rao", country="IN")


@pytest.fixture
def german_in_tokyo(live_db: Database, founder: Actor) -> None:
    change_profile(live_db, founder, ProfileChanges(locale="de-DE", timezone="Asia/Tokyo"))


def tooltip(page: Page) -> Locator:
    return page.get_by_role("tooltip")


@pytest.mark.usefixtures("german_in_tokyo")
def test_the_exact_moment_is_shown_on_hover_and_on_keyboard_focus(page: Page, client: Client) -> None:
    page.goto(f"/clients/{client.id}")
    time = page.locator(".facts time").first
    expect(time).to_have_text(re.compile(r"^(Today|Yesterday), \d\d:\d\d$"))
    time.hover()
    expect(tooltip(page)).to_have_text(EXACT)
    page.mouse.move(0, 0)
    expect(tooltip(page)).to_be_hidden()
    time.focus()
    expect(tooltip(page)).to_have_text(EXACT)
    expect(time).to_have_attribute("aria-describedby", "exact-time")
    page.keyboard.press("Escape")
    expect(tooltip(page)).to_be_hidden()
    expect(time).to_have_attribute("title", EXACT)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(time).to_be_focused()
    expect(tooltip(page)).to_have_text(EXACT)
    page.keyboard.press("Tab")
    expect(time).not_to_be_focused()
    expect(time).to_have_attribute("title", EXACT)


@pytest.mark.usefixtures("german_in_tokyo")
def test_charts_have_the_marks_of_the_tables(page: Page, live_db: Database, founder: Actor) -> None:
    lead = add_lead(live_db, founder, value=60_000, currency="EUR")
    live_db.write(win_lead, founder, lead.id)
    page.goto("/reports")
    canvas = page.locator("[data-report='columns'] canvas")
    expect(canvas).to_be_visible()

    def ticks() -> list[str]:
        found: list[str] = page.evaluate(
            """() => Object.values(window.Chart.instances)
                .find((chart) => chart.canvas.closest("[data-report]").dataset.report === "columns")
                .scales.y.ticks.map((tick) => tick.label)"""
        )
        return found

    soon(lambda: {"0", "60.000"} - set(ticks()), set(), page)
    page.locator("[data-report='columns'] [data-action='swap-report']").click()
    expect(page.locator("[data-report='columns'] td[data-value='60000']")).to_have_text("60.000\u00a0€")


NUMBERS = {"en": "1,234,567.5", "en-US": "1,234,567.5", "de-DE": "1.234.567,5", "hi-IN": "12,34,567.5"}
MOMENTS = {
    "en": ["14 Mar 2025", "14 Mar, 14:30", "Today, 00:05", "Yesterday, 23:59"],
    "en-US": ["Mar 14, 2025", "Mar 14, 2:30 PM", "Today, 12:05 AM", "Yesterday, 11:59 PM"],
    "de-DE": ["14.03.2025", "14.03.2026, 14:30", "Today, 00:05", "Yesterday, 23:59"],
    "hi-IN": ["14/3/2025", "14/3/2026, 2:30 pm", "Today, 12:05 am", "Yesterday, 11:59 pm"],
}


@pytest.mark.parametrize("locale", MOMENTS)
def test_scripts_write_as_the_server_does(page: Page, live_db: Database, founder: Actor, locale: str) -> None:
    change_profile(live_db, founder, ProfileChanges(locale=locale, timezone="Asia/Tokyo"))
    page.goto("/settings/profile")
    app = page.locator("script[type=module]").first.get_attribute("src") or ""
    now = datetime(2026, 11, 27, 15, 10, tzinfo=UTC)  # 28 November, 00:10 in Tokyo
    times = ["2025-03-14T05:30:00Z", "2026-03-14T05:30:00Z", "2026-11-27T15:05:00Z", "2026-11-27T14:59:00Z"]
    written = page.evaluate(
        """async ([address, now, times]) => {
            const { number, moment } = await import(address);
            return [[1234567.5, -12, 0].map(number), times.map((time) => moment(Date.parse(time), now))];
        }""",
        [app.replace("app.js", "formats.js"), now.timestamp() * 1000, times],
    )
    assert written[0] == [NUMBERS[locale], "-12", "0"]
    assert [" ".join(text.split()) for text in written[1]] == MOMENTS[locale]


def test_a_locale_is_found_by_typing_and_kept(page: Page) -> None:
    page.goto("/settings/profile")
    select = page.get_by_label("Formats", exact=True)
    assert select.locator("option").count() > 600
    query = page.locator("input[aria-controls=locale]")
    query.fill("GERM austr")
    names = ["Same as the workspace (14 Mar 2027 · 16:05 · 12,500.5)", "German (Austria)"]
    expect(select.locator("option")).to_have_text(names)
    query.fill("de-at")
    query.press("Enter")
    expect(select).to_have_value("de-AT")
    query.fill("no such place")
    expect(select).to_have_value("de-AT")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    expect(page.get_by_label("Formats", exact=True)).to_have_value("de-AT")
    expect(page.locator("#locale-hint")).to_contain_text("14.03.2027 · 16:05 · 12.500,5")


def test_a_call_is_planned_on_the_client_s_clock(
    page: Page, live_db: Database, founder: Actor, client: Client
) -> None:
    change_profile(live_db, founder, ProfileChanges(timezone="Asia/Tokyo"))
    page.goto(f"/clients/{client.id}")
    page.get_by_role("tab", name="Task").click()
    form = page.locator("#compose-task")
    clocks = form.locator("output")
    expect(clocks).to_have_text(re.compile(r"It is now .*\d\d:\d\d in Kolkata"))
    form.get_by_label("Task title").fill("Call about the offer")
    form.get_by_label("Day").fill("2030-01-15")
    form.get_by_label("Time", exact=True).fill("15:00")
    form.get_by_label("Time", exact=True).blur()
    expect(clocks).to_have_text("15:00 for you · 11:30 in Kolkata")
    form.get_by_label("Time zone of the time").select_option("Asia/Kolkata")
    expect(clocks).to_have_text("18:30 for you · 15:00 in Kolkata")
    form.get_by_label("Time", exact=True).fill("23:00")
    form.get_by_label("Time", exact=True).blur()
    expect(clocks).to_have_text("16 Jan 2030, 02:30 for you · 15 Jan 2030, 23:00 in Kolkata")
    form.get_by_role("button", name="Add task").click()
    expect(page.locator("#tasks time")).to_have_attribute("datetime", "2030-01-15T17:30:00.000Z")
    page.get_by_role("link", name="Call about the offer").click()
    expect(page.locator("output")).to_have_text("16 Jan 2030, 02:30 for you · 15 Jan 2030, 23:00 in Kolkata")
    page.get_by_label("Time zone of the time").select_option("Asia/Kolkata")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#tasks time")).to_have_attribute("datetime", "2030-01-15T21:00:00.000Z")
