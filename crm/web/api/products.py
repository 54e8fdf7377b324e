"""/api/products: products and services, and the movements of their stock."""

from flask import Response, url_for

from crm.catalogue.galleries import add_picture
from crm.catalogue.kind import PRODUCT
from crm.catalogue.product import Product, get_product
from crm.catalogue.product_fields import StockMovement
from crm.catalogue.stock_movements import Movement, list_movements, move_stock
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.records.api import RecordApi
from crm.web.records.api_views import api_blueprint
from crm.web.requests.reading import json_body, query, read
from crm.web.requests.uploads import received_file
from crm.web.responses import answers

PRODUCTS = RecordApi(
    kind=PRODUCT,
    record=Product,
    listed=Product,
    keeps=True,
    views={
        "list_all": "List products, newest first",
        "count": "Count the products that a list would show, up to 10,000",
        "create": "Add a product or service; only its name is required",
        "change_many": "Create, update, tag, delete and restore up to 1,000 products: all or none",
        "get": "Get a product",
        "replace": "Replace a product; omitted fields get their defaults, except currency and pictures",
        "patch": "Change some fields of a product",
        "delete": "Move a product to the trash",
        "restore": "Restore a product from the trash",
        "activities": "List the changes of a product, newest first",
        "list_files": "List the files of a product, newest first",
        "add_file": "Add a file to a product",
    },
)
blueprint = api_blueprint(PRODUCTS)


@blueprint.get("/<id:product_id>/stock-movements")
@permit("products.read")
@contract(query=PageQuery, result=Movement, many=True)
def movements(product_id: int) -> Response:
    """List the movements of a product's stock, newest first"""
    wanted = query(PageQuery)
    return answers.page(read(list_movements, product_id, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.post("/<id:product_id>/stock-movements")
@permit("products.write")
@contract(body=StockMovement, result=Movement, status=201, refusals=(409,))
def move(product_id: int) -> Response:
    """Add what came in to the stock of a product, or take out what left it with a minus"""
    given = json_body(StockMovement)
    address = url_for("api_products.movements", product_id=product_id)
    return answer_once(
        lambda tx: move_stock(tx, product_id, given), lambda made: answers.created(made, address)
    )


@blueprint.post("/<id:product_id>/pictures")
@permit("products.write")
@accepts_upload
@contract(upload=True, result=Product, status=201, refusals=(409, 507))
def upload_picture(product_id: int) -> Response:
    """Add a picture to a product, after the others; `picture_ids` sets their order"""
    read(get_product, product_id)
    with received_file() as upload:
        content = f"{upload.name}\n{upload.sha256}"
        return answer_once(
            lambda tx: add_picture(tx, "product", product_id, upload), PRODUCTS.created, content=content
        )
