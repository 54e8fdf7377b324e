"""A customer brings a file: it is mapped, corrected, imported and taken back, on a desk and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import faults_of
from tests.support.imports import ODD

pytestmark = pytest.mark.timeout(240)


def test_a_file_is_imported_corrected_and_undone(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(ODD, "utf-8")
    page.goto("/clients")
    page.get_by_role("link", name="Import", exact=True).click()
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", name="Where does each column go?")).to_be_visible()
    page.get_by_label("Where Lieblingsfarbe goes").select_option("-")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Land in row 4").fill("Germany")
    page.get_by_label("E-Mail in row 5").fill("bo@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Land in row 4")).to_have_count(0)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("cell", name="bo@example.com")).to_be_visible()
    address = page.url.removesuffix("/review")
    assert faults_of(page, ["/imports", address, f"{address}/problems", f"{address}/review"]) == []
    page.get_by_role("button", name="Import 3 rows").click()
    expect(page.get_by_text("The import is done.")).to_be_visible()
    page.get_by_role("link", name="Show the clients").click()
    expect(page.get_by_role("link", name="Ada <b>Probe</b>")).to_be_visible()
    page.goto(address)
    page.get_by_role("button", name="Undo the import").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("The import was undone.")).to_be_visible()
    assert faults_of(page, [address]) == []
    page.goto("/clients")
    expect(page.get_by_text("No clients yet")).to_be_visible()
