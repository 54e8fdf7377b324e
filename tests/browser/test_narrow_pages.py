"""No page is wider than the screen of a phone, a tablet or a desk, however long the words on it are."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crm.accounts.fields import InvitationFields
from crm.accounts.invitations import create_invitation
from crm.accounts.workspaces import create_workspace
from crm.db.actor import SYSTEM, Actor
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.kinds import open_database
from crm.leads.pipeline import get_default_pipeline
from crm.secret_key import ensure_secret_key
from crm.vault import Vault
from tests.browser.conftest import settings_of
from tests.support.api import running_app
from tests.support.appliance import Appliance
from tests.support.cast import insert_user
from tests.support.clients import patch_client
from tests.support.imports import upload_odd_file
from tests.support.odd_records import fill_oddly
from tests.support.page_addresses import addresses_of
from tests.support.people import PASSWORD_HASH, enter, setup_fields
from tests.support.report_files import upload_odd_reports
from tests.support.troubled_server import trouble
from tests.support.whatsapp import connect

WIDTH = 375
WIDTHS = (WIDTH, 1024, 1440)
PARTS = 6
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
EMAIL = (
    "maximiliane.wolkenstein-trostburg.von.und.zu.rodenegg.sekretariat@"
    + ".".join(["verwaltung"] * 12)
    + ".example"
)
LONGEST = 190
LONGEST_OF = {
    "tags": 40, "custom_fields": 90, "vehicles": 60, "sku": 60, "unit": 30,
    "quote_number": 60, "deal_number": 60,
}  # fmt: skip
NUMBERED = {"quote_lines": "place"}
# Each text that people write, as long as it may be and without a place to break.
TEXTS = {
    "clients": ("name", "address", "city", "source", "notes", "job_title", "postal_code", "region"),
    "custom_fields": ("label", "group_name", "help"),
    "leads": ("title", "source", "details", "lost_reason"),
    "tasks": ("title", "details"),
    "notes": ("text",),
    "tags": ("name",),
    "users": ("name",),
    "saved_views": ("name",),
    "pipelines": ("name",),
    "stages": ("name",),
    "messages": ("body",),
    "quick_replies": ("title", "text"),
    "message_templates": ("name", "body"),
    "tokens": ("name",),
    "products": ("name", "sku", "unit", "category", "description"),
    "vehicles": (
        "name",
        "make",
        "model",
        "trim",
        "body",
        "colour",
        "condition",
        "location",
        "description",
        "notes",
    ),
    "invoices": ("title", "header", "footer", "buyer_reference"),
    "quotes": ("quote_number", "title", "header", "footer"),
    "quote_lines": ("title", "details", "unit"),
    "deals": ("deal_number", "notes"),
    "scenarios": ("name",),
}
TOO_WIDE = """
() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .filter((one) => one.scrollWidth > one.clientWidth || !one.children.length)
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 160))]
"""


def lengthen(tx: Transaction) -> None:
    tx.run("UPDATE workspaces SET name = :word WHERE id = :workspace_id", word=WORD)
    for table, columns in TEXTS.items():
        for column in columns:
            tx.run(
                f"""
                UPDATE {table}
                   SET {column} = substr(:word, 1, :longest) || {NUMBERED.get(table, "id")}
                 WHERE workspace_id = :workspace_id
                   AND {column} IS NOT NULL
                """,
                word=WORD * 3,
                longest=LONGEST_OF.get(table, LONGEST_OF.get(column, LONGEST)),
            )


class Long:
    """A running appliance with long records, its founder logged in on a phone."""

    def __init__(self, appliance: Appliance, addresses: list[str], client: int, session: str) -> None:
        self.appliance, self.addresses, self.client, self.session = appliance, addresses, client, session


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Long]:
    appliance = Appliance(tmp_path_factory.mktemp("long"), RATE_LIMIT="100000 per minute", WEB_WORKERS="1")
    settings = settings_of(appliance)
    prepare(settings)
    db = open_database(settings)
    made = db.write(create_workspace, SYSTEM, setup_fields("Acme", EMAIL), PASSWORD_HASH, lambda _tx: None)
    founder = Actor(made.workspace_id, made.owner_id)
    colleague = Actor(made.workspace_id, db.write(insert_user, SYSTEM, made.workspace_id, "ann", "member"))
    vault = Vault(ensure_secret_key(settings))
    channel = connect(db, founder, vault)
    connect(db, founder, vault, phone_number_id="200000000000002", business_account_id="300000000000003")
    ids = fill_oddly(db, founder, colleague, vault).ids
    client = ids["client_id"][0]
    patch_client(
        db, founder, client, {"email": EMAIL, "name": WORD, "website": f"https://{WORD[:54]}.example/{WORD}"}
    )
    db.write(
        create_invitation,
        founder,
        parse_fields(InvitationFields, {"email": f"x{EMAIL}", "role": "member"}),
        "s",
    )
    db.write(lengthen, founder)
    pipeline = db.read(get_default_pipeline, founder)
    ids["import_id"] = [upload_odd_file(settings, db, founder)]
    ids["collection_id"] = upload_odd_reports(settings, db, founder)
    ids |= {"pipeline_id": [pipeline.id], "stage_id": [pipeline.stages[0].id], "channel_id": [channel.id]}
    with running_app(settings) as app:
        addresses = sorted(set(addresses_of(app, ids)))
    session = enter(db, EMAIL).session
    with trouble(settings, db, founder, WORD), appliance:
        db.close()
        yield Long(appliance, addresses, client, session)


@pytest.fixture
def phone(browser: Browser, long: Long) -> Iterator[Page]:
    context = browser.new_context(
        base_url=long.appliance.url, viewport={"width": WIDTH, "height": 740}, locale="en", has_touch=True
    )
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "holdfast_session", "value": long.session, "url": long.appliance.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_is_wider_than_its_screen_with_the_longest_words(phone: Page, long: Long, part: int) -> None:
    found = []
    assert len(long.addresses) > 60
    for address in long.addresses[part::PARTS]:
        response = phone.goto(address, wait_until="load")
        assert response is not None
        assert response.status < 400 or response.status == 409, address  # which says why no form opens
        if not phone.evaluate("document.styleSheets.length > 0"):  # a part that a page fetches
            continue
        for width in WIDTHS:
            phone.set_viewport_size({"width": width, "height": 740})
            wide, *parts = phone.evaluate(TOO_WIDE)
            if wide > width:
                found.append(f"{address} at {width}: {wide} {parts}")
    assert not found, "\n".join(found)


def test_a_refused_file_with_a_long_name_does_not_widen_the_page(
    phone: Page, long: Long, tmp_path: Path
) -> None:
    phone.goto(f"/clients/{long.client}")
    for name in (f"{WORD}_{WORD}.exe", f"{WORD}_{WORD}.txt"):
        (tmp_path / name).write_bytes(b"MZ" + b"0" * 200 if name.endswith("exe") else b"words")
        phone.locator('input[type="file"]').last.set_input_files(tmp_path / name)
        expect(phone.get_by_text(WORD).last).to_be_visible()
        phone.wait_for_timeout(500)
        assert phone.evaluate(TOO_WIDE)[0] <= WIDTH, name


def test_an_email_breaks_at_its_signs_alone(phone: Page, long: Long) -> None:
    phone.goto(f"/clients/{long.client}")
    lines = phone.locator('.reach a[href^="mailto:"]').first.evaluate(
        """
        (link) => {
          const tops = new Map();
          const walk = document.createTreeWalker(link, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const range = document.createRange();
            for (let at = 0; at < walk.currentNode.length; at += 1) {
              range.setStart(walk.currentNode, at);
              range.setEnd(walk.currentNode, at + 1);
              const top = Math.round(range.getBoundingClientRect().top);
              tops.set(top, (tops.get(top) ?? "") + walk.currentNode.data[at]);
            }
          }
          return [...tops.values()];
        }
        """
    )
    assert "".join(lines) == EMAIL
    assert len(lines) > 1
    for line, following in pairwise(lines):
        assert line.endswith((".", "-")) or following.startswith("@"), lines
