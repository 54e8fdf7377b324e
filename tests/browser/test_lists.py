"""What a list shows where, and how it is narrowed and sorted in a real browser."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from crm.leads.pipeline import Stage
from tests.browser.conftest import soon
from tests.support.appliance import Appliance
from tests.support.clients import add_client
from tests.support.leads import add_lead

CUT = "(cell) => cell.scrollWidth > cell.clientWidth"
EDGES = "(box) => [box.getBoundingClientRect().left, box.getBoundingClientRect().right]"
LONG = "margarethe.oberhauser@example.com"


def test_on_a_desk_e_mails_are_whole_and_owners_have_names(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Margarethe", email=LONG, owner_id=founder.user_id)
    page.goto("/clients")
    link = page.get_by_role("link", name=LONG)
    assert not link.evaluate(CUT)
    assert not page.locator("td.col-email").evaluate(CUT)
    expect(page.locator("td.col-owner .person > .sr-only")).to_be_in_viewport()
    assert page.locator("td.col-owner .person > .sr-only").bounding_box()["width"] > 10  # type: ignore[index]


@pytest.mark.parametrize(("width", "rail"), [(1024, True), (800, True), (375, False)])
def test_a_tablet_has_a_rail_of_icons_in_place_of_the_menu_button(page: Page, width: int, rail: bool) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/clients")
    expect(page.get_by_role("button", name="Open the menu")).to_be_visible(visible=not rail)
    expect(page.locator("#sidebar")).to_be_visible(visible=rail)
    if rail:
        page.locator("#sidebar").get_by_role("link", name="Leads").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Leads")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_new_client_asks_for_five_fields_and_keeps_the_rest_at_hand(page: Page) -> None:
    page.goto("/clients/new")
    labels = page.locator("#client-form :is(label:not(.choice), legend):visible").all_inner_texts()
    assert [label.rstrip(" *") for label in labels] == ["Kind", "Name", "E-mail", "Phone", "Company"]
    page.get_by_text("More fields").click()
    page.get_by_label("City").fill("Rīga")
    page.get_by_label("Website").fill("not a website")
    page.get_by_label("Name", exact=True).fill("Anna")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Website")
    expect(page.get_by_label("City")).to_have_value("Rīga")
    page.get_by_label("Website").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anna")


def test_a_filter_is_built_shown_as_a_chip_and_taken_off(
    page: Page, live_db: Database, founder: Actor, stages: dict[str, Stage]
) -> None:
    add_lead(live_db, founder, title="big", value=12_000, stage_id=stages["Won"].id)
    add_lead(live_db, founder, title="small", value=5, stage_id=stages["Won"].id)
    page.goto("/leads")
    page.get_by_role("button", name="Filter", exact=True).press("Enter")
    page.get_by_label("Value: from").press_sequentially("10000")
    page.get_by_label("Won: from").fill("2020-01-01")
    page.keyboard.press("ArrowUp")
    page.locator("#filter-builder").get_by_role("button", name="Show").click()
    expect(page.locator("#filter-builder")).to_be_hidden()
    expect(page.get_by_role("link", name="small")).to_have_count(0)
    expect(page.get_by_role("link", name="Remove: Value: from 10,000")).to_be_visible()
    expect(page).to_have_url(re.compile(r"value_from=10000.*won_from="))
    page.get_by_role("link", name="Remove: Value: from 10,000").click()
    expect(page.get_by_role("link", name="small")).to_be_visible()
    expect(page.locator(".filter-chip")).to_have_count(1)
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(".filter-chip")).to_have_count(0)


def test_the_builder_works_on_a_phone_and_without_scripts(
    context: BrowserContext, appliance: Appliance, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Anna", city="Rīga")
    add_client(live_db, founder, name="Bert", city="Köln")
    browser = context.browser
    assert browser is not None
    for scripts in (False, True):
        other = browser.new_context(
            java_script_enabled=scripts,
            base_url=appliance.url,
            storage_state=context.storage_state(),
            viewport={"width": 375, "height": 740},
            locale="en",
            reduced_motion="reduce",
        )
        bare = other.new_page()
        bare.goto("/clients")
        builder = opened_builder(bare)
        builder.get_by_label("City").fill("riga")
        builder.get_by_role("button", name="Show").click()
        expect(bare.get_by_role("link", name="Remove: City: riga")).to_be_visible()
        expect(bare.get_by_role("link", name="Bert")).to_have_count(0)
        other.close()


def opened_builder(page: Page) -> Locator:
    """It is as wide as the phone, and ends within it."""
    page.get_by_role("button", name="Filter", exact=True).click()
    builder = page.locator("#filter-builder")
    soon(lambda: builder.evaluate(EDGES), [0, 375], page)
    assert builder.evaluate("(box) => box.getBoundingClientRect().top") >= 0
    return builder


def test_every_head_of_a_column_sorts(page: Page, live_db: Database, founder: Actor) -> None:
    add_client(live_db, founder, name="Anna", email="z@example.org")
    add_client(live_db, founder, name="Bert", email="a@example.org")
    page.goto("/clients")
    heads = page.locator("thead th:not(.col-pick)")
    assert heads.count() == page.locator("thead th a.sort").count() == 7
    page.get_by_role("link", name="E-mail").click()
    expect(page.locator("th[aria-sort]")).to_have_text("E-mail")
    expect(page.locator("tbody .row-link").first).to_have_text("Bert")


@pytest.mark.parametrize("width", [780, 900, 1024, 1280, 1440])
def test_an_address_in_the_list_takes_two_lines_at_the_most(
    page: Page, live_db: Database, founder: Actor, width: int
) -> None:
    email, phone = "maria.papadopoulos@example.org", "+302101234567"
    add_client(live_db, founder, name="Maria Papadopoulos", email=email, phone=phone, tags=["supplier"])
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/clients")
    link = page.locator("td.col-email a")
    expect(link).to_be_visible()
    assert link.evaluate("(each) => each.offsetHeight <= 48 && each.scrollWidth <= each.offsetWidth")
