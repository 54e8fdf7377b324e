"""/api/stock-links: the secret links by which anybody sees the vehicles for sale."""

from flask import Blueprint, Response, request, url_for

from crm.catalogue.stock_links import (
    NewStockLink,
    StockLink,
    StockLinkFields,
    list_stock_links,
    revoke_stock_link,
    share_stock,
)
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.idempotency import answer_once, secret_of_answer
from crm.web.openapi.contract import contract
from crm.web.requests.reading import json_body, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_stock_links", __name__, url_prefix="/api/stock-links")


@blueprint.post("")
@permit("vehicles.share")
@contract(body=StockLinkFields, body_required=False, result=NewStockLink, status=201, refusals=(409,))
def create() -> Response:
    """Make a public page of the vehicles for sale: `/stock/{token}`, as JSON `/stock/{token}.json`

    Feeds for Google and Meta are beside it: `/stock/{token}/google.xml` and `/stock/{token}/meta.csv`.
    """
    given = json_body(StockLinkFields) if request.get_data() else StockLinkFields()
    secret = secret_of_answer()

    def operation(tx: Transaction) -> NewStockLink:
        return share_stock(tx, given, secret)

    return answer_once(operation, _created, secret=secret)


@blueprint.get("")
@permit("vehicles.share")
@contract(result=list[StockLink])
def list_all() -> Response:
    """List the public links to the stock, newest first"""
    return answers.data(read(list_stock_links))


@blueprint.delete("/<id:link_id>")
@permit("vehicles.share")
@contract(status=204)
def revoke(link_id: int) -> Response:
    """Take a link back: nobody sees the stock by it any more"""
    write(revoke_stock_link, link_id)
    return answers.no_content()


def _created(link: NewStockLink) -> Response:
    return answers.created(link, url_for("api_stock_links.list_all"))
