"""The page of a product: facts, pictures, the movements of its stock, tasks, files and timeline."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.catalogue.kind import PRODUCT
from crm.catalogue.product import Product
from crm.catalogue.product_fields import StockMovement
from crm.catalogue.stock_movements import list_movements, move_stock
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.records.pictures import add_pictures
from crm.web.requests.amounts import plain_amount
from crm.web.requests.reading import write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of

MOVEMENTS = 20


def _more(tx: Transaction, product: Product) -> dict[str, Any]:
    shown = product.tracked and product.deleted_at is None
    return {"movements": list_movements(tx, product.id, limit=MOVEMENTS).rows if shown else []}


blueprint = record_blueprint(RecordPage(PRODUCT, "products/record.html", _more))
add_pictures(blueprint, PRODUCT, "product")


@blueprint.post("/stock")
@permit("products.write")
def move(product_id: int) -> ResponseReturnValue:
    """What came in, or went out with a minus."""
    quantity = plain_amount(request.form.get("quantity", ""), "")
    given = {"quantity": quantity, "reason": request.form.get("reason", "")}
    try:
        write(move_stock, product_id, parse_fields(StockMovement, given))
    except (Invalid, Conflict) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return redirect(url_for("product_record.show", product_id=product_id), 303)
