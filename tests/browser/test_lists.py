"""What a list shows where, and how it is narrowed and sorted in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client

CUT = "(cell) => cell.scrollWidth > cell.clientWidth"
LONG = "margarethe.oberhauser@example.com"


def test_on_a_desk_e_mails_are_whole_and_owners_have_names(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Margarethe", email=LONG, owner_id=founder.user_id)
    page.goto("/clients")
    link = page.get_by_role("link", name=LONG)
    assert not link.evaluate(CUT)
    assert not page.locator("td.col-email").evaluate(CUT)
    expect(page.locator("td.col-owner .person-name")).to_be_in_viewport()
    assert page.locator("td.col-owner .person-name").bounding_box()["width"] > 10  # type: ignore[index]


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
