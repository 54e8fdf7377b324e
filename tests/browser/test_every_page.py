"""Each page in both schemes, on desk and phone: nothing grave for axe, nothing wider than the screen."""

from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page

from crm.accounts.saved_views import create_view
from crm.accounts.view_fields import ViewFields
from crm.clients.duplicate_scan import keep_pair
from crm.clients.trash import delete_client
from crm.db.actor import Actor
from crm.db.database import Database
from tests.support.axe import faults_of, grave_findings
from tests.support.clients import add_client, patch_client
from tests.support.deals import add_odd_deal
from tests.support.leads import add_lead
from tests.support.odd_custom_fields import fill_custom_fields
from tests.support.odd_records import add_odd_invoices, add_odd_products, add_odd_quotes, add_odd_vehicles

pytestmark = pytest.mark.timeout(600)

Scheme = Literal["light", "dark"]


@pytest.fixture
def stocked(live_db: Database, founder: Actor) -> int:
    """A workspace with people of many scripts and awkward lengths; the id of one with a history."""
    company = add_client(
        live_db, founder, name="Παπαδόπουλος & Υιοί", kind="company", website="https://example.org"
    )
    one = add_client(
        live_db,
        founder,
        name="Siobhán O’Connor-Fitzgerald-Featherstonehaugh of Ballinasloe",
        email="siobhan.oconnor.fitzgerald.featherstonehaugh@averylongdomainname.example",
        phone="+35391234567",
        company_id=company.id,
        tags=["vip", "ремонт", "a tag that is rather longer than most of them"],
        address="Brīvības iela 68–12\nLV-1011",
        country="LV",
        notes="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft\nneu",
        owner_id=founder.user_id,
        status="prospect",
    )
    patch_client(live_db, founder, one.id, {"phone": "+35391234568", "notes": None, "status": "inactive"})
    gone = add_client(live_db, founder, name="田中 美咲")
    live_db.write(delete_client, founder, gone.id)
    for place in range(30):
        add_client(live_db, founder, name=f"Client {place}", email=f"c{place}@example.org", tags=["many"])
    view = {
        "list": "clients",
        "name": "Bekannte aus der Donaudampfschifffahrtsgesellschaft",
        "query": "tag=vip",
    }
    live_db.write(create_view, founder, ViewFields.model_validate(view))
    return one.id


PAGES = (
    "/", "/clients", "/clients?q=nobody+at+all", "/clients?tag=vip", "/clients/{id}", "/clients/{id}/edit",
    "/clients/new", "/clients/trash", "/clients?tag=many&view=1", "/views/1", "/activity",
    "/search?q=client", "/search", "/files", "/files?trash=true", "/tasks", "/tasks/trash",
    "/settings/profile", "/settings/security", "/settings/tokens", "/settings/users",
    "/settings/workspace", "/settings/backups", "/nothing", "/clients/export", "/clients/duplicates",
    "/clients/filter", "/clients/{id}/merge?other_id={other}", "/settings/custom-fields",
    "/settings/custom-fields/new", "/clients/{id}/consents",
)  # fmt: skip

ROOMS = (
    "/deals", "/deals/{deal}", "/deals/{deal}/sheet", "/deals/new", "/vehicles", "/vehicles/{vehicle}",
    "/vehicles/{vehicle}/edit", "/products", "/products/{product}", "/products/{product}/edit", "/quotes",
    "/quotes/{quote}", "/quotes/{quote}/edit", "/settings/numbers", "/settings/numbers/deal",
    "/settings/retention", "/settings/modules", "/settings/deals",
    "/invoices", "/invoices/{invoice}", "/invoices/{invoice}/edit", "/invoices/{issued}",
    "/invoices/{issued}/credit", "/invoices/from/quote/{quote}", "/reports/invoices",
)  # fmt: skip


@pytest.fixture
def rooms(live_db: Database, founder: Actor, stocked: int) -> list[str]:
    """The pages of deals, the catalogue and quotes, each with an odd record."""
    lead = add_lead(live_db, founder, client_id=stocked)
    invoices = add_odd_invoices(live_db, founder, [stocked])
    ids = {
        "invoice": invoices[0],
        "issued": invoices[-1],
        "quote": add_odd_quotes(live_db, founder, [stocked], [lead.id])[0],
        "product": add_odd_products(live_db, founder)[0],
        "vehicle": add_odd_vehicles(live_db, founder)[0],
        "deal": add_odd_deal(live_db, founder, stocked, lead.id)["deal_id"][0],
    }
    return [template.format(**ids) for template in ROOMS]


@pytest.fixture
def twin(live_db: Database, founder: Actor, stocked: int) -> int:
    """One that is probably the same; the first has a custom field of each type."""
    lead = add_lead(live_db, founder, client_id=stocked)
    fill_custom_fields(live_db, founder, founder, stocked, lead.id)
    same = add_client(live_db, founder, name="Siobhán O’Connor-Fitzgerald", email="siobhan@example.org")
    live_db.write(keep_pair, founder, stocked, same.id, 72, ["name"])
    return same.id


def test_no_page_has_a_grave_finding_or_is_wider_than_its_screen(page: Page, stocked: int, twin: int) -> None:
    assert faults_of(page, [template.format(id=stocked, other=twin) for template in PAGES]) == []


def test_no_page_of_deals_catalogue_or_quotes_has_a_grave_finding(page: Page, rooms: list[str]) -> None:
    assert faults_of(page, rooms) == []


@pytest.mark.parametrize("width", [820, 1100])
def test_no_page_is_wider_than_a_tablet_or_a_small_laptop(page: Page, stocked: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/clients", "/board", "/pipelines", "/settings/backups", "/reports"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_over_a_page_has_no_grave_finding(page: Page, stocked: int, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/clients/{stocked}")
    for opener, shown in (
        ("[popovertarget=user-menu]", "#user-menu"),
        ("[popovertarget=client-menu]", "#client-menu"),
        ("header [data-action=show-shortcuts]", "#shortcuts"),
    ):
        page.locator(opener).first.click()
        page.locator(shown).wait_for()
        assert grave_findings(page) == [], shown
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("client 29")
    page.get_by_role("option", name="Client 29 c29@example.org").wait_for()
    assert grave_findings(page) == []


def test_the_drawer_of_a_phone_opens_closes_and_has_no_grave_finding(page: Page, stocked: int) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto("/clients")
    drawer = page.locator("#sidebar")
    assert not drawer.is_visible()
    page.get_by_role("button", name="Open the menu").click()
    drawer.wait_for()
    assert grave_findings(page) == []
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")


def test_a_reader_who_wants_no_motion_gets_none(context: BrowserContext, page: Page, founder: Actor) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    page.keyboard.press("Control+k")
    assert page.evaluate("getComputedStyle(document.getElementById('palette')).animationDuration") == "0.001s"
