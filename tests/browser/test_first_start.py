"""A fresh appliance, set up in the browser, killed, started again: what was saved is there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import listen_to
from tests.support import samples
from tests.support.appliance import Appliance
from tests.support.axe import grave_findings

PASSWORD = "seven slow herons at noon"


def set_up(page: Page, code: str) -> None:
    page.get_by_label("Setup code").fill(code)
    page.get_by_label("Workspace name").fill("Ремонт & Søn")
    page.get_by_label("Your name").fill("Marina Ozoliņa")
    page.get_by_label("Your e-mail").fill("marina@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up the workspace").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_set_up_work_kill_and_start_again(browser: Browser, tmp_path: Path, scheme: str) -> None:
    appliance = Appliance(tmp_path, WEB_WORKERS="1")
    with appliance:
        code = re.search(r"the code that it asks for: (\S+)", appliance.output)
        assert code is not None
        context = browser.new_context(base_url=appliance.url, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        complaints = listen_to(page)
        page.goto("/clients")
        expect(page).to_have_url(re.compile("/setup$"))
        assert grave_findings(page) == []

        set_up(page, "WRONG-CODE-HERE")
        expect(page.get_by_role("alert")).to_contain_text("terminal")
        set_up(page, code[1])
        expect(page.get_by_role("heading", name="Welcome to Holdfast")).to_be_visible()
        page.locator("#main").get_by_role("link", name="New client").click()
        page.get_by_label("Name", exact=True).fill("Ольга Петрова")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ольга Петрова")
        plan = {"name": "план.pdf", "mimeType": "application/pdf", "buffer": samples.PDF}
        page.get_by_label("Drop files here").set_input_files(plan)  # type: ignore[arg-type]
        expect(page.locator("#files").get_by_role("link", name="план.pdf")).to_be_visible()
        record = page.url.removeprefix(appliance.url)
        appliance.kill()

        appliance.start()
        page.goto(record)
        expect(page.get_by_role("heading", level=1)).to_have_text("Ольга Петрова")
        expect(page.locator("#files").get_by_role("link", name="план.pdf")).to_be_visible()

        page.locator("[popovertarget=user-menu]").click()
        page.get_by_role("menuitem", name="Log out").click()
        expect(page).to_have_url(re.compile("/login"))
        assert grave_findings(page) == []
        page.goto(record)
        page.get_by_label("E-mail").fill("marina@example.org")
        page.get_by_role("textbox", name="Password").fill("not the password at all")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ольга Петрова")
        assert complaints == []
        context.close()
