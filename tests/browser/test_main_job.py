"""The main job, as a person does it: an empty workspace, a client with files, deleted and taken back."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from crm.clients.client import find_client
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support import samples
from tests.support.axe import grave_findings
from tests.support.clients import add_client, patch_client


def toast(page: Page, words: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(words)


def undo(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()


def restore_from_trash(page: Page) -> None:
    page.get_by_role("link", name="Trash").click()
    page.get_by_role("button", name="Restore").click()


def test_a_client_from_first_to_last(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome to Holdfast")).to_be_visible()
    page.locator("#main").get_by_role("link", name="New client").click()

    page.get_by_role("radio", name="Company").check()
    page.get_by_label("Name", exact=True).fill("Ремонт Плюс")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ремонт Плюс")
    page.wait_for_load_state()

    page.keyboard.press("c")
    page.get_by_label("Name", exact=True).fill("Ольга Петрова")
    page.get_by_label("E-mail").fill("olga@remont.example")
    page.get_by_label("Phone").fill("+371 29 123 456")
    page.get_by_role("combobox", name="Company").press_sequentially("ремонт")
    page.get_by_role("option", name="Ремонт Плюс").click()
    page.get_by_text("More fields").click()
    page.get_by_label("Country").select_option("LV")
    page.get_by_label("Tags").press_sequentially("vip,")
    page.get_by_label("Tags").press_sequentially("офис")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ольга Петрова")
    main = page.locator("#main")
    for shown in ("+371 29 123 456", "olga@remont.example", "Latvia", "Ремонт Плюс", "vip", "офис"):
        expect(main.get_by_text(shown).first).to_be_visible()

    page.wait_for_load_state()
    page.keyboard.press("e")
    page.get_by_label("Notes").fill("Prefers the afternoon")
    page.get_by_role("button", name="Save").click()
    expect(main.locator(".note")).to_have_text("Prefers the afternoon")
    expect(main.locator("#timeline")).to_contain_text("changed notes")


def test_files_and_a_picture_go_up_with_progress_and_come_down_again(
    page: Page, live_db: Database, founder: Actor, tmp_path: Path
) -> None:
    client = add_client(live_db, founder, name="Anna")
    page.goto(f"/clients/{client.id}")
    for name, content in (("plan.pdf", samples.PDF), ("photo.png", samples.picture(size=(800, 600)))):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "evil.exe").write_bytes(b"MZ")

    page.get_by_label("Drop files here").set_input_files([tmp_path / "plan.pdf", tmp_path / "photo.png"])
    files = page.locator("#files")
    expect(files.get_by_role("link", name="plan.pdf")).to_be_visible()
    expect(files.locator("img")).to_have_js_property("naturalWidth", 96)
    expect(page.locator("#timeline")).to_contain_text("added the file photo.png")

    page.get_by_label("Drop files here").set_input_files(tmp_path / "evil.exe")
    expect(files).to_contain_text("This type of file is not accepted")

    page.get_by_label("Change the picture").set_input_files(tmp_path / "photo.png")
    toast(page, "Picture changed.")
    assert page.locator(".picture-form img").evaluate("(image) => image.naturalWidth") > 0

    with page.expect_download() as download:
        page.evaluate("location.assign(document.querySelector('#files a').href + '?download=true')")
    assert download.value.path().read_bytes() in (samples.PDF, (tmp_path / "photo.png").read_bytes())

    page.get_by_role("button", name="Delete plan.pdf").click()
    toast(page, "plan.pdf was deleted.")
    expect(page.locator("#files").get_by_text("plan.pdf")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#files").get_by_text("plan.pdf").first).to_be_visible()


def test_delete_is_undone_and_the_trash_gives_back(page: Page, live_db: Database, founder: Actor) -> None:
    client = add_client(live_db, founder, name="Anna Nowak")
    for way_back in (undo, restore_from_trash):
        page.goto(f"/clients/{client.id}")
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Move to the trash").click()
        toast(page, "Anna Nowak was moved to the trash.")
        expect(page).to_have_url(re.compile("/clients$"))
        way_back(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna Nowak")
        toast(page, "Anna Nowak was restored.")
    saved = live_db.read(find_client, founder, client.id)
    assert saved is not None and saved.deleted_at is None


def test_the_palette_finds_and_goes_by_the_keyboard_alone(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Zoë Ångström")
    add_client(live_db, founder, name="Ремонт Плюс")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("РЕМОНТ")
    expect(page.get_by_role("option", name="Ремонт Плюс")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ремонт Плюс")
    page.wait_for_load_state()

    page.keyboard.press("Control+k")
    page.keyboard.type("activ")
    expect(page.get_by_role("option", name="Activity")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")


def test_the_list_is_filtered_as_one_types_and_its_address_can_be_shared(
    page: Page, live_db: Database, founder: Actor
) -> None:
    add_client(live_db, founder, name="Zoë", status="prospect")
    add_client(live_db, founder, name="Anna")
    page.goto("/clients")
    page.keyboard.press("/")
    page.keyboard.type("zo")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(page.locator("#list-count")).to_have_text("1 client")
    expect(page).to_have_url(re.compile(r"/clients\?q=zo$"))
    page.locator("#filters").get_by_label("Status").select_option("inactive")
    expect(page.get_by_text("No matching clients")).to_be_visible()
    expect(page).to_have_url(re.compile("status=inactive"))
    page.reload()
    expect(page.get_by_text("No matching clients")).to_be_visible()
    page.get_by_role("link", name="Clear the filters").click()
    expect(rows).to_have_count(2)


def test_a_status_changes_in_place_also_when_somebody_was_faster(
    page: Page, live_db: Database, founder: Actor
) -> None:
    client = add_client(live_db, founder, name="Anna")
    page.goto("/clients")
    select = page.get_by_label("Status of Anna")
    select.select_option("prospect")
    expect(page.locator(f"form.tone-news #status-{client.id}")).to_have_value("prospect")

    patch_client(live_db, founder, client.id, {"city": "Rīga"})
    select.select_option("inactive")
    toast(page, "Somebody else changed it in the meantime")
    expect(select).to_have_value("prospect")
    select.select_option("inactive")
    expect(page.locator(f"form.tone-quiet #status-{client.id}")).to_have_value("inactive")


def test_a_status_changed_on_the_record_shows_in_its_timeline_and_does_not_spoil_the_deletion(
    page: Page, live_db: Database, founder: Actor
) -> None:
    client = add_client(live_db, founder, name="Anna")
    page.goto(f"/clients/{client.id}")
    page.get_by_label("Status of Anna").select_option("prospect")
    expect(page.locator("#timeline")).to_contain_text("changed status")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Move to the trash").click()
    toast(page, "Anna was moved to the trash.")


def test_two_who_edit_at_once_see_both_versions(page: Page, live_db: Database, founder: Actor) -> None:
    client = add_client(live_db, founder, name="Anna", city="Rīga", source="fair")
    page.goto(f"/clients/{client.id}/edit")
    patch_client(live_db, founder, client.id, {"city": "Vilnius"})
    page.get_by_label("Source").fill("newspaper")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna was also changed by somebody else")
    expect(page.get_by_role("radio", name="Saved now: Vilnius")).to_be_checked()
    expect(page.get_by_role("radio", name="Yours: newspaper")).to_be_checked()
    page.get_by_role("button", name="Save selection").click()
    saved = live_db.read(find_client, founder, client.id)
    assert saved is not None
    assert (saved.city, saved.source) == ("Vilnius", "newspaper")


def test_many_rows_are_ticked_by_a_range_and_changed_at_once(
    page: Page, live_db: Database, founder: Actor
) -> None:
    for place in range(30):
        add_client(live_db, founder, name=f"Client {place:02}")
    page.goto("/clients?sort=name")
    page.get_by_label("Select Client 01").click()
    page.get_by_label("Select Client 04").click(modifiers=["Shift"])
    bar = page.locator("#bulk")
    expect(bar).to_contain_text("4 selected")
    assert grave_findings(page) == []
    bar.get_by_role("button", name="Status").click()
    bar.get_by_role("menuitem", name="Prospect").click()
    toast(page, "4 clients changed.")
    expect(page.locator("select:has(option[value=prospect]:checked)")).to_have_count(4)

    page.get_by_label("Select all on this page").click()
    expect(bar).to_contain_text("25 selected")
    bar.get_by_role("button", name="Select all 30 clients").click()
    expect(bar).to_contain_text("All 30 matching are selected")
    bar.get_by_role("button", name="Delete").click()
    toast(page, "30 clients moved to the trash.")
    page.get_by_role("button", name="Undo").click()
    toast(page, "30 changes undone.")
    expect(page.locator("#list-count")).to_have_text("30 clients")
