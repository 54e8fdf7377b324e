"""E-mail addresses are added and removed in the form of a client without leaving it."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.timeout(300)


def test_rows_come_and_go_while_what_was_typed_stays_and_enter_saves(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto("/clients/new")
    page.get_by_label("Name", exact=True).fill("Anna")
    page.locator("#email").fill("anna@work.example")
    page.get_by_text("More fields").click()
    page.get_by_role("button", name="Add an e-mail address").click()
    page.locator("#emails-1-email").fill("anna@home.example")
    page.get_by_role("button", name="Add an e-mail address").click()
    page.locator("#emails-2-email").fill("gone@home.example")
    page.get_by_role("button", name="Add an address").click()
    expect(page.locator("#addresses-1-city")).to_be_visible()
    page.locator("#addresses-1-city").fill("Kraków")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.locator("button[name=fewer][value=emails-2]").click()
    expect(page.locator("#emails-2-email")).to_have_count(0)
    expect(page.locator("#addresses-1-city")).to_have_value("Kraków")
    page.locator("#emails-1-email").press("Enter")
    expect(page.get_by_role("link", name="anna@home.example")).to_be_visible()
    expect(page.get_by_role("link", name="gone@home.example")).to_have_count(0)
    expect(page.get_by_text("Kraków")).to_be_visible()
