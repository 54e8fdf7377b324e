"""Settings → System on a server of one workspace: charts that move, and alerts that are set."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import listen_to
from tests.support.appliance import Appliance
from tests.support.axe import grave_findings

PASSWORD = "correct horse battery staple"
WIDTH = "document.documentElement.scrollWidth"


@pytest.mark.timeout(180)
def test_charts_show_what_is_asked_and_alerts_are_set(browser: Browser, tmp_path: Path) -> None:
    appliance = Appliance(tmp_path, WEB_WORKERS="1")
    token = appliance.set_up()
    with appliance:
        context = browser.new_context(base_url=appliance.url, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        complaints = listen_to(page)
        page.goto("/login?next=/settings/system")
        page.get_by_label("E-mail").fill("owner@example.org")
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("System")
        for name in ("Requests", "Duration", "Waits", "Readers at work", "Write-ahead log"):
            expect(page.get_by_role("img", name=f"{name}, the last hour")).to_be_visible()
        with appliance.client(headers={"Authorization": f"Bearer {token}"}) as client:
            for _ in range(5):
                assert client.get("/api/db/health").status_code == 200
        expect(page.locator("[data-now=requests]")).to_have_text(re.compile("[1-9]"), timeout=30_000)
        assert grave_findings(page) == []
        page.set_viewport_size({"width": 375, "height": 800})
        page.get_by_role("link", name="Alerts", exact=True).click()
        page.locator("#slow_warning").fill("7,5")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#slow_warning")).to_have_value("7.5")
        assert page.evaluate(WIDTH) == 375
        assert grave_findings(page) == []
        assert complaints == []
        context.close()
