"""A file that is too large or of a wrong type is refused in words, wherever files are uploaded."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from crm.conversations.leads.pair_fields import NewLead
from crm.conversations.leads.pairs import create_pair
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import add_template
from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.secret_key import ensure_secret_key
from crm.vault import Vault
from tests.browser.conftest import settings_of
from tests.support.appliance import Appliance
from tests.support.whatsapp import connect

LOOKS = ((1440, "light"), (1440, "dark"), (1024, "light"), (375, "light"), (375, "dark"))
LONG = "holiday picture with a very long name as cameras and messengers give them " * 2
TOO_LARGE, WRONG_TYPE = "larger than 5 MB", "This type of file is not accepted."
HEIC = b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00mif1heic"
HIDDEN = """
(input) => {
    const edge = Math.min(innerWidth, input.form.parentElement.getBoundingClientRect().right);
    return [...input.form.querySelectorAll("button, textarea")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > edge + 1)
        .map((one) => one.outerHTML.slice(0, 160));
}
"""


@pytest.fixture
def places(live_db: Database, founder: Actor, appliance: Appliance, number: int) -> dict[str, str]:
    """Where a file is uploaded, each as the address and the input."""
    vault = Vault(ensure_secret_key(settings_of(appliance)))
    connect(live_db, founder, vault, phone_number_id=f"66600{number}")
    given = parse_fields(NewLead, {"title": "Roof"})
    pair = live_db.write(create_pair, founder, given, f"+4930901{number:04}")
    fields = TemplateFields(name="picture", body="Look", header_media="image")
    template = live_db.write(add_template, founder, fields)
    client, thread = f"/clients/{pair.client_id}", f"/inbox/{pair.conversation_id}"
    return {
        "client": f"{client} form[data-upload] input[type=file]",
        "picture": f"{client} form[data-picture] input[type=file]",
        "lead": f"/leads/{pair.lead_id} form[data-upload] input[type=file]",
        "conversation": f"{thread} #reply input[type=file]",
        "template": f"{thread}/template/{template.id} form input[type=file]",
    }


@pytest.fixture(params=[("IMG_0042.HEIC", 5_000, WRONG_TYPE), (f"{LONG}.jpg", 6_000_000, TOO_LARGE)])
def refused(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    name, size, words = request.param
    path = tmp_path / name
    path.write_bytes((HEIC if name.endswith("HEIC") else b"\xff\xd8\xff\xe0").ljust(size, b"0"))
    return path, words


@pytest.mark.parametrize("place", ["client", "picture", "lead", "conversation", "template"])
def test_a_refused_file_is_explained_once_and_widens_nothing(
    page: Page, places: dict[str, str], place: str, refused: tuple[Path, str]
) -> None:
    (path, words), (address, field) = refused, places[place].split(" ", 1)
    page.goto(address)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(address)
        chosen = page.locator(field)
        chosen.set_input_files(path)
        if place in {"conversation", "template"}:
            assert chosen.evaluate(HIDDEN) == [], width
            chosen.evaluate("(input) => input.form.requestSubmit()")
        expect(page.get_by_text(words)).to_have_count(1)
        expect(page.get_by_text(words)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, scheme
        expect(page.get_by_text("Something went wrong")).to_have_count(0)


def test_what_is_within_the_limit_goes_up_to_its_last_byte(
    page: Page, places: dict[str, str], tmp_path: Path
) -> None:
    """The page and the server count alike: 5 MB are 5 times 1,048,576 bytes."""
    address, field = places["client"].split(" ", 1)
    path = tmp_path / "plan.txt"
    path.write_bytes(b"a" * (5 * 1024 * 1024 - 2_000))
    page.goto(address)
    page.locator(field).set_input_files(path)
    expect(files_of(page)).to_contain_text("plan.txt")


def files_of(page: Page) -> Locator:
    return page.locator("#files")
