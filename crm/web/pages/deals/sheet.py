"""The deal sheet for the customer: a page to be printed, and the same as a PDF file."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from crm.db.transaction import Transaction
from crm.deals.deal import get_deal
from crm.deals.scenario import scenarios_of
from crm.documents.deal_sheet import deal_sheet, printed_deal
from crm.documents.pdf import draw_pdf
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.requests.reading import query, read
from crm.web.responses.documents import send_pdf

blueprint = Blueprint("deal_sheet", __name__, url_prefix="/deals/<id:deal_id>")


class SheetQuery(BaseModel):
    """Without `scenario` the active one."""

    scenario: int | None = Field(None, ge=1, le=MAX_ID)


@blueprint.get("/sheet")
@permit("deals.read")
def show(deal_id: int) -> str:
    return render_template("deals/sheet.html", **read(_read_sheet, deal_id, query(SheetQuery).scenario))


@blueprint.get("/pdf")
@permit("deals.read")
def show_pdf(deal_id: int) -> ResponseReturnValue:
    document = read(deal_sheet, deal_id, query(SheetQuery).scenario)
    return send_pdf(draw_pdf(document), document["heading"])


def _read_sheet(tx: Transaction, deal_id: int, chosen: int | None) -> dict[str, Any]:
    return {
        "deal": get_deal(tx, deal_id),
        "scenarios": scenarios_of(tx, deal_id),
        "chosen": chosen,
        "printed": printed_deal(tx, deal_id, chosen),
    }
