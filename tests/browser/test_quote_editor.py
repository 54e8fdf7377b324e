"""The editor of quotes is driven by the keyboard alone, from the client to saving."""

from playwright.sync_api import Page, expect

from crm.catalogue.product_fields import ProductFields
from crm.catalogue.products import create_product
from crm.db.actor import Actor
from crm.db.database import Database
from crm.documents.filters import QuoteFilter
from crm.documents.listing import list_quotes
from crm.documents.quote import Quote, get_quote
from crm.fields import parse_fields
from tests.support.clients import add_client

SHEET = "Screws\t2\tbox\t4.50\t19\nPaint\t1\tbucket\t30\t7\n"
PASTE = """
([text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}
"""


def only_quote(db: Database, who: Actor) -> Quote:
    (row,) = db.read(list_quotes, who, QuoteFilter(), limit=2).rows
    return db.read(get_quote, who, row.id)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_a_quote_is_written_without_a_mouse(page: Page, live_db: Database, founder: Actor) -> None:
    add_client(live_db, founder, name="Ada Lovelace")
    nail = {"name": "Nails, steel", "sku": "N-1", "unit": "kg", "price": "7.25", "tax_class": "standard"}
    product = live_db.write(create_product, founder, parse_fields(ProductFields, nail))
    page.goto("/quotes/new")
    keys = page.keyboard
    page.get_by_role("combobox", name="Client").focus()
    keys.type("Ada")
    expect(page.get_by_role("option", name="Ada Lovelace")).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    page.locator("#lines-0-title").focus()
    keys.type("nails")
    option = page.get_by_role("option", name="Nails, steel")
    expect(option).to_contain_text("N-1")
    keys.press("Escape")
    expect(option).to_be_hidden()
    keys.press("ArrowDown")
    expect(option).to_be_visible()
    keys.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(page.locator("#lines-0-unit_price")).to_have_value("7.25")
    expect(page.locator("#lines-0-unit")).to_have_value("kg")
    assert focused(page) == "lines-0-quantity"
    keys.type("4")
    keys.press("Enter")
    assert focused(page) == "lines-1-title"
    keys.type("Labour")
    for cell in ("2", "h", "80"):
        keys.press("Tab")
        keys.type(cell)
    keys.press("Enter")
    assert focused(page) == "lines-2-title"
    page.evaluate(PASTE, [SHEET])
    expect(page.locator("#lines-3-unit")).to_have_value("bucket")
    expect(page.locator("#sums")).to_contain_text("231.81")
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Q-")
    quote = only_quote(live_db, founder)
    assert quote.client_name == "Ada Lovelace"
    assert [(line.title, line.quantity, line.unit, line.unit_price) for line in quote.lines] == [
        ("Nails, steel", 4, "kg", 7.25), ("Labour", 2, "h", 80),
        ("Screws", 2, "box", 4.5), ("Paint", 1, "bucket", 30),
    ]  # fmt: skip
    assert [line.product_id for line in quote.lines] == [product.id, None, None, None]
