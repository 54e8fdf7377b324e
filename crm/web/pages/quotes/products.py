"""The products that a line of a quote can be of, found while its title is typed."""

from flask import Blueprint, render_template, request

from crm.db.transaction import Transaction
from crm.documents.product_lines import OfferedProduct, offered_products
from crm.documents.recipient import usual_currency
from crm.fields import whole_number
from crm.money import currency_places
from crm.web.auth import permit
from crm.web.pages.documents.added_product import filling
from crm.web.requests.reading import read

blueprint = Blueprint("quote_products", __name__, url_prefix="/quotes/products")


@blueprint.get("")
@permit("quotes.write", within="products")
def suggest() -> str:
    """Options whose values fill the line."""
    words, currency, client = (request.args.get(name, "")[:200] for name in ("q", "currency", "client_id"))
    client_id = whole_number(client)
    found, currency = read(_offered, words, currency, client_id, inside=request.args.get("inside") == "1")
    options = [(each, filling(each)) for each in found]
    return render_template("quotes/products.html", options=options, currency=currency)


def _offered(
    tx: Transaction, words: str, currency: str, client_id: int | None, *, inside: bool
) -> tuple[list[OfferedProduct], str]:
    """In the currency of the client, where the form has none that is known."""
    known = currency if currency in currency_places() else usual_currency(tx, client_id)
    return offered_products(tx, words, known, inside=inside), known
