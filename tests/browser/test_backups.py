"""A backup begun in the browser appears there by itself, and so does the end of a verification."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

NAME = re.compile(r"holdfast-\d{8}T\d{9}Z")


def test_a_backup_that_is_begun_appears_and_is_verified_again_without_a_reload(page: Page) -> None:
    page.goto("/settings/backups")
    before = page.get_by_text(NAME).count()
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text(NAME)).to_have_count(before + 1, timeout=30_000)
    expect(page.get_by_text("appears here")).to_have_count(0)
    page.get_by_role("button", name="Verify").first.click()
    expect(page.get_by_text("The result appears here")).to_be_visible()
    expect(page.get_by_text("appears here")).to_have_count(0, timeout=30_000)


def test_a_workspace_taken_along_is_not_taken_in_where_others_have_theirs(page: Page, tmp_path: Path) -> None:
    page.goto("/settings/backups")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export this workspace").click()
    download.value.save_as(tmp_path / "workspace.zip")
    page.get_by_label("Export file").set_input_files(tmp_path / "workspace.zip")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("on the server itself")).to_be_visible()
