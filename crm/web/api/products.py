"""/api/products: products and services, and the movements of their stock."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.activity.timeline import Activity
from crm.catalogue.galleries import add_picture
from crm.catalogue.kind import PRODUCT
from crm.catalogue.product import Product, find_product, get_product
from crm.catalogue.product_fields import ProductChanges, ProductFields, StockMovement
from crm.catalogue.product_filters import PRODUCT_SORTS, ProductFilter
from crm.catalogue.product_listing import count_products, list_products
from crm.catalogue.product_trash import delete_product, restore_product
from crm.catalogue.products import change_product, create_product
from crm.catalogue.stock_movements import Movement, list_movements, move_stock
from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.files.files import File
from crm.records.bulk import Outcome
from crm.records.bulk_operations import operations_of
from crm.web.api.activities import TimelineQuery
from crm.web.api.files import FileQuery, add_file_to, files_of
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import LONGEST_SORT, PageQuery, sorts_in_words
from crm.web.openapi.contract import contract
from crm.web.records.many import change_many_of
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.requests.uploads import received_file
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept

blueprint = Blueprint("api_products", __name__, url_prefix="/api/products")


class ProductListQuery(ProductFilter):
    sort: str | None = Field(None, max_length=LONGEST_SORT, description=sorts_in_words(PRODUCT_SORTS))
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(None, max_length=2000)


@blueprint.get("")
@permit("products.read")
@contract(query=ProductListQuery, result=Product, many=True)
@kept
def list_all() -> Response:
    """List products, newest first"""
    wanted = query(ProductListQuery)
    found = read(list_products, wanted, sort=wanted.sort, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/count")
@permit("products.read")
@contract(query=ProductFilter, result=Count)
@kept
def count() -> Response:
    """Count the products that a list would show, up to 10,000"""
    return answers.data(read(count_products, query(ProductFilter)))


@blueprint.post("")
@permit("products.write")
@contract(body=ProductFields, result=Product, status=201, refusals=(409,))
def create() -> Response:
    """Add a product or service; only its name is required"""
    given = json_body(ProductFields)
    return answer_once(lambda tx: create_product(tx, given, complete=True), _created)


@blueprint.post("/bulk")
@permit("products.delete")
@contract(body=operations_of(PRODUCT), result=list[Outcome])
def change_many() -> Response:
    """Create, update, tag, delete and restore up to 1,000 products: all or none"""
    return change_many_of(PRODUCT)


@blueprint.get("/<id:product_id>")
@permit("products.read")
@contract(result=Product)
@kept
def get(product_id: int) -> Response:
    """Get a product"""
    return _answer(read(get_product, product_id))


@blueprint.put("/<id:product_id>")
@permit("products.write")
@contract(body=ProductFields, result=Product, refusals=(409, 412))
def replace(product_id: int) -> Response:
    """Replace a product; omitted fields get their defaults, except currency and pictures"""
    given = json_body(ProductFields)
    return _answer(write(change_product, product_id, given, expected_version=expected_version()))


@blueprint.patch("/<id:product_id>")
@permit("products.write")
@contract(body=ProductChanges, result=Product, refusals=(409, 412))
def patch(product_id: int) -> Response:
    """Change some fields of a product"""
    given = json_body(ProductChanges)
    return _answer(write(change_product, product_id, given, expected_version=expected_version()))


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


@blueprint.delete("/<id:product_id>")
@permit("products.delete")
@contract(status=204, refusals=(409, 412))
def delete(product_id: int) -> Response:
    """Move a product to the trash"""
    write(delete_product, product_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:product_id>/restore")
@permit("products.delete")
@contract(result=Product, refusals=(409, 412))
def restore(product_id: int) -> Response:
    """Restore a product from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_product(tx, product_id, expected_version=version), _answer)


@blueprint.get("/<id:product_id>/activities")
@permit("products.read")
@contract(query=TimelineQuery, result=Activity, many=True)
def activities(product_id: int) -> Response:
    """List the changes of a product, newest first"""
    return answers.page(read(_activities_of, product_id, query(TimelineQuery)))


@blueprint.get("/<id:product_id>/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_files(product_id: int) -> Response:
    """List the files of a product, newest first"""
    return files_of("product", product_id)


@blueprint.post("/<id:product_id>/files")
@permit("files.write")
@accepts_upload
@contract(upload=True, result=File, status=201, refusals=(409, 507))
def add_file(product_id: int) -> Response:
    """Add a file to a product"""
    return add_file_to("product", product_id)


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
            lambda tx: add_picture(tx, "product", product_id, upload), _created, content=content
        )


def _activities_of(tx: Transaction, product_id: int, wanted: TimelineQuery) -> Page[Activity]:
    """Also of a deleted product."""
    if find_product(tx, product_id) is None:
        raise NotFound("There is no such product.")
    return wanted.page(tx, "product", product_id)


def _created(product: Product) -> Response:
    address = url_for("api_products.get", product_id=product.id)
    return answers.created(product, address, version=product.version)


def _answer(product: Product) -> Response:
    return answers.data(product, version=product.version)
