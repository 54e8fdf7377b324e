"""Between a phone and a desk the sidebar is a rail of icons, each with its name; it unfolds by choice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import grave_findings

pytestmark = pytest.mark.timeout(300)
LABEL = ".nav-link:nth-child({place}) > span:first-of-type"


@pytest.fixture
def narrow(page: Page) -> Page:
    page.set_viewport_size({"width": 1024, "height": 800})
    page.goto("/clients")
    return page


def width_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["width"]


def test_an_icon_shows_its_name_when_pointed_at_and_when_it_has_the_focus(narrow: Page) -> None:
    expect(narrow.get_by_role("button", name="Open the menu")).to_be_hidden()
    assert width_of(narrow, "#sidebar") <= 64
    board, leads = (LABEL.format(place=place) for place in (4, 5))
    assert width_of(narrow, board) <= 1
    narrow.get_by_role("link", name="Board", exact=True).hover()
    assert width_of(narrow, board) > 40
    narrow.get_by_role("link", name="Board", exact=True).focus()
    narrow.keyboard.press("Tab")
    assert width_of(narrow, leads) > 40
    assert grave_findings(narrow) == []


def test_the_rail_unfolds_by_a_button_and_by_a_key_and_stays_so(narrow: Page) -> None:
    toggle = narrow.get_by_role("button", name="Names in the sidebar")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    assert width_of(narrow, "#sidebar") > 200
    narrow.reload()
    expect(narrow.locator("body")).to_have_class(re.compile("sidebar-expanded"))
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 1024
    narrow.keyboard.press("[")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    assert width_of(narrow, "#sidebar") <= 64


def test_a_desk_has_no_second_button(page: Page) -> None:
    page.goto("/clients")
    expect(page.get_by_role("button", name="Names in the sidebar")).to_be_hidden()
    expect(page.get_by_role("button", name="Fold the sidebar")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_the_api_introduces_it_in_the_colours_of_the_pages_and_asks_nobody_else(
    page: Page, scheme: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/clients")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto("/api/docs")
    for title in ("Log in", "Write once", "Pages of a list", "Errors"):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.locator(".api-example").first).to_contain_text("curl ")
    page.locator(".opblock").first.wait_for(timeout=60_000)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {page.url.split("/")[2]}
    page.get_by_role("link", name="Back to Holdfast").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
