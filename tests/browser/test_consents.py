"""A person enters what a client agreed to, sees it on the client's page, and downloads all about them."""

import zipfile

import pytest
from playwright.sync_api import Page, expect

from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.clients import add_client

pytestmark = pytest.mark.timeout(300)


def test_a_consent_is_entered_taken_back_and_downloaded(
    page: Page, live_db: Database, founder: Actor
) -> None:
    ada = add_client(live_db, founder, name="Ada Probe")
    page.goto(f"/clients/{ada.id}")
    page.get_by_role("link", name="Enter consent or opt-out").click()
    page.get_by_label("Channel and purpose").select_option(label="E-mail: Marketing")
    page.get_by_label("Answer").select_option(label="Agreed")
    page.get_by_label("Note").fill("By card at the fair")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("By card at the fair")).to_be_visible()
    page.get_by_label("Channel and purpose").select_option(label="E-mail: Marketing")
    page.get_by_label("Answer").select_option(label="Opted out")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#consents li")).to_have_count(2)
    page.goto(f"/clients/{ada.id}")
    expect(page.locator(".consent-facts")).to_contain_text("Opted out")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download everything about this client").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert b"By card at the fair" in archive.read("client_consents.json")
