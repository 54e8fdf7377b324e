"""Conditions with relative dates, put together by keyboard, kept in a view, and without scripts."""

from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client


def test_a_view_with_a_relative_date_is_built_by_keyboard_and_found_again(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Anna Relative", city="Köln")
    add_client(live_db, founder, name="Bob Elsewhere", city="Berlin")
    page.goto("/clients/filter")
    page.get_by_role("combobox", name="Field").focus()
    page.keyboard.type("City")
    expect(page.get_by_label("Operator")).to_be_visible()
    page.get_by_label("Value").fill("köln")
    page.get_by_role("button", name="Condition", exact=True).press("Enter")
    second = page.get_by_role("group", name="Condition 2")
    second.get_by_label("Field").select_option("created_at")
    second.get_by_label("When").select_option("last_days")
    second.get_by_label("Days").fill("30")
    second.get_by_label("Days").press("Enter")
    expect(page.get_by_role("link", name="Anna Relative")).to_be_visible()
    expect(page.get_by_role("link", name="Bob Elsewhere")).to_have_count(0)
    expect(page.get_by_text("Created is the last 30 days")).to_be_visible()
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name", exact=True).fill("New in Cologne")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="New in Cologne")).to_have_attribute("aria-current", "page")
    page.goto("/clients")
    page.get_by_role("link", name="New in Cologne").click()
    expect(page.get_by_role("link", name="Anna Relative")).to_be_visible()
    expect(page.get_by_text("Created is the last 30 days")).to_be_visible()


def test_conditions_are_put_together_without_scripts(bare: Page, live_db: Database, founder: Actor) -> None:
    add_client(live_db, founder, name="Anna Plain", city="Riga")
    add_client(live_db, founder, name="Bob Plain", city="Oslo")
    bare.goto("/clients/filter")
    bare.get_by_label("Field").select_option("city")
    bare.get_by_role("button", name="Update the fields").click()
    bare.get_by_label("Value").fill("Riga")
    bare.get_by_role("button", name="Show").click()
    expect(bare.get_by_role("link", name="Anna Plain")).to_be_visible()
    expect(bare.get_by_role("link", name="Bob Plain")).to_have_count(0)
