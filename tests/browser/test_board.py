"""The board in a real browser: cards by pointer, keys and touch, and what other browsers see of it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.lead import Lead, get_lead
from crm.leads.pipeline import Stage
from crm.leads.trash import delete_lead
from tests.browser.conftest import soon
from tests.support.appliance import Appliance
from tests.support.browsers import drag
from tests.support.leads import add_lead, cards_of


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=re.compile(f"^{name}"))


def titles(page: Page, name: str) -> list[str]:
    return column(page, name).locator(".card-link").all_inner_texts()


def test_a_card_is_dragged_to_another_stage_and_the_server_s_sums_follow(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    page.goto("/board")
    expect(column(page, "New").locator(".column-sum")).to_contain_text("$300")
    drag(page, page.locator(f"#lead-{cards['b'].id}"), column(page, "Proposal").locator(".cards"), 0.05)
    expect(column(page, "Proposal").locator(".column-count")).to_have_text("1")
    expect(column(page, "New").locator(".column-sum")).to_contain_text("$200")
    expect(column(page, "Proposal").locator(".column-sum")).to_contain_text("$100")
    assert cards_of(live_db, founder, stages["Proposal"]) == ["b"]
    assert live_db.read(get_lead, founder, cards["b"].id).status == "in_progress"


def test_a_card_is_dragged_to_another_place_of_its_stage(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    page.goto("/board")
    drag(page, page.locator(f"#lead-{cards['c'].id}"), page.locator(f"#lead-{cards['a'].id}"), 0.8)
    soon(lambda: cards_of(live_db, founder, stages["New"]), ["b", "a", "c"], page)
    page.reload()
    assert titles(page, "New") == ["b", "a", "c"]


def test_a_refused_move_puts_the_card_back_and_says_why(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    page.goto("/board")
    page.route("**/changes", lambda route: route.abort())
    live_db.write(delete_lead, founder, cards["b"].id)
    drag(page, page.locator(f"#lead-{cards['b'].id}"), column(page, "Proposal").locator(".cards"), 0.05)
    expect(page.locator(".toast-bad")).to_contain_text("no such lead")
    expect(column(page, "Proposal").locator(".card")).to_have_count(0)


def test_a_card_moves_by_keys_and_keeps_the_focus(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    page.goto("/board")
    page.locator(f"#lead-{cards['c'].id}-link").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#lead-{cards['b'].id}-link")).to_be_focused()
    page.keyboard.press("Shift+ArrowUp")
    soon(lambda: cards_of(live_db, founder, stages["New"]), ["b", "c", "a"], page)
    page.keyboard.press("Shift+ArrowRight")
    soon(lambda: cards_of(live_db, founder, stages["Contacted"]), ["b"], page)
    expect(page.locator("#board-said")).to_contain_text("b was moved to Contacted")
    expect(page.locator(f"#lead-{cards['b'].id}-link")).to_be_focused()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Won").click()
    soon(lambda: cards_of(live_db, founder, stages["Won"]), ["b"], page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/leads/\d+$"))


def test_a_lost_card_is_asked_why(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    page.goto("/board")
    card = page.locator(f"#lead-{cards['a'].id}")
    card.locator(".card-link").focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Lost").click()
    page.get_by_role("button", name="Cancel").click()
    assert titles(page, "New") == ["c", "b", "a"]
    card.locator(".card-link").focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Lost").click()
    page.get_by_label("Reason").fill("Too expensive")
    page.keyboard.press("Enter")
    soon(lambda: cards_of(live_db, founder, stages["Lost"]), ["a"], page)
    assert live_db.read(get_lead, founder, cards["a"].id).lost_reason == "Too expensive"


@pytest.fixture
def phone(browser: Browser, context: BrowserContext, appliance: Appliance) -> Iterator[Page]:
    """The same person's phone."""
    held = browser.new_context(
        base_url=appliance.url,
        viewport={"width": 375, "height": 740},
        has_touch=True,
        is_mobile=True,
        storage_state=context.storage_state(),
    )
    yield held.new_page()
    held.close()


def test_a_card_is_moved_by_touch(
    phone: Page, live_db: Database, founder: Actor, stages: dict[str, Stage]
) -> None:
    """A long press picks it up; a plain swipe would scroll."""
    first = add_lead(live_db, founder, title="first")
    add_lead(live_db, founder, title="second")
    phone.goto("/board")
    touch(phone, phone.locator(f"#lead-{first.id}"), -110)
    soon(lambda: cards_of(live_db, founder, stages["New"]), ["first", "second"], phone)


def touch(page: Page, card: Locator, dy: float) -> None:
    box = card.bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    x, y = box["x"] + 60, box["y"] + 24
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    page.wait_for_timeout(350)
    for step in range(1, 11):
        point = {"x": x, "y": y + dy * step / 10}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        page.wait_for_timeout(20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_lead_is_written_down_in_its_stage(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage]
) -> None:
    page.goto("/board")
    page.get_by_role("button", name="Add a lead to Proposal").click()
    page.keyboard.type("ремонт офиса за 150000")
    page.keyboard.press("Tab")
    page.keyboard.type("150 000")
    page.keyboard.press("Enter")
    expect(column(page, "Proposal").locator(".card")).to_have_count(1)
    expect(column(page, "Proposal").locator(".column-sum")).to_contain_text("$150")
    page.keyboard.type("another")
    page.keyboard.press("Enter")
    soon(lambda: cards_of(live_db, founder, stages["Proposal"]), ["another", "ремонт офиса за 150000"], page)


def test_a_lead_that_is_refused_or_does_not_fit_the_filter_is_announced(
    page: Page, cards: dict[str, Lead]
) -> None:
    page.goto("/board?q=ремонт")
    page.get_by_role("button", name="Add a lead to Proposal").click()
    page.keyboard.type("кухня")
    page.keyboard.press("Tab")
    page.keyboard.type("much")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Value: must be a number")).to_be_visible()
    page.locator("[data-quick-add] [name=value]").nth(2).fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("кухня was added, but the filter hides it.")).to_be_visible()


def test_another_browser_sees_a_moved_card_within_two_seconds(
    page: Page, context: BrowserContext, stages: dict[str, Stage], cards: dict[str, Lead]
) -> None:
    other = context.new_page()
    for each in (page, other):
        each.goto("/board")
    drag(page, page.locator(f"#lead-{cards['b'].id}"), column(page, "Proposal").locator(".cards"), 0.05)
    expect(column(other, "Proposal").locator(".card")).to_have_count(1, timeout=2000)
    assert titles(other, "New") == ["c", "a"]
    other.close()


def test_an_idle_board_asks_little(page: Page, cards: dict[str, Lead]) -> None:
    asked: list[str] = []
    page.goto("/board")
    page.on("request", lambda request: asked.append(request.url) if "/changes?" in request.url else None)
    page.wait_for_timeout(3500)
    assert 1 <= len(asked) <= 2
    assert "/changes?follow=head,unread&wait=" in asked[0]


def test_filters_stand_in_the_address_and_narrow_the_sums(
    page: Page, live_db: Database, founder: Actor, cards: dict[str, Lead]
) -> None:
    add_lead(live_db, founder, title="mine", value=7, owner_id=founder.user_id)
    page.goto("/board")
    page.get_by_label("Owner", exact=True).select_option(str(founder.user_id))
    expect(column(page, "New").locator(".column-sum")).to_contain_text("$7")
    assert f"owner_id={founder.user_id}" in page.url
    page.reload()
    assert titles(page, "New") == ["mine"]
    page.get_by_role("link", name="Clear the filters").click()
    expect(column(page, "New").locator(".card")).to_have_count(4)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (375, 740)])
def test_a_full_column_scrolls_by_itself_under_its_sums(
    page: Page, live_db: Database, founder: Actor, width: int, height: int
) -> None:
    for number in range(26):
        add_lead(live_db, founder, title=f"{number}")
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/board")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    column(page, "New").get_by_role("link", name="Show more").scroll_into_view_if_needed()
    expect(column(page, "New").locator(".column-sum")).to_be_in_viewport()


def test_further_cards_of_a_column_are_fetched(page: Page, live_db: Database, founder: Actor) -> None:
    for number in range(30):
        add_lead(live_db, founder, title=f"{number}")
    page.goto("/board")
    expect(column(page, "New").locator(".card")).to_have_count(25)
    column(page, "New").get_by_role("link", name="Show more").click()
    expect(column(page, "New").locator(".card")).to_have_count(30)
    assert titles(page, "New") == [f"{number}" for number in reversed(range(30))]
