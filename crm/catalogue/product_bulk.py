"""Bulk changes of products in one transaction: all or none."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.activity.operations import begin_operation
from crm.catalogue.product import PRODUCT_RECORD, find_product
from crm.catalogue.product_fields import ProductChanges, ProductFields
from crm.catalogue.product_trash import delete_product, restore_product
from crm.catalogue.products import change_product, create_product
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import Fields, Id, UntilEnough, parse_fields
from crm.records.bulk import (
    BULK_VALUES,
    MOST,
    Assignment,
    Deletion,
    Outcome,
    Restoration,
    Tagging,
    Version,
    run_all,
    with_tags,
)
from crm.records.many import Change, usual_operation
from crm.records.skeleton import existing


class ProductCreation(Fields):
    op: Literal["create"]
    fields: ProductFields


class ProductUpdate(Fields):
    op: Literal["update"]
    id: Id
    fields: ProductChanges
    version: Version | None = None


ProductOperation = ProductCreation | ProductUpdate | Tagging | Deletion | Restoration


class ProductOperations(Fields):
    most_values: ClassVar[int] = BULK_VALUES
    operations: Annotated[
        list[Annotated[ProductOperation, Field(discriminator="op"), UntilEnough]],
        Field(min_length=1, max_length=MOST),
    ]


def change_many_products(tx: Transaction, operations: Sequence[ProductOperation]) -> list[Outcome]:
    """The operations in order. Raises Invalid that names each invalid one by its index."""
    return run_all(begin_operation(tx), operations, run_product_operation)


def run_product_operation(tx: Transaction, operation: ProductOperation) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    match operation:
        case ProductCreation():
            product = create_product(tx, operation.fields, complete=True)
        case ProductUpdate():
            product = change_product(tx, operation.id, operation.fields, expected_version=operation.version)
        case Tagging():
            product = existing(PRODUCT_RECORD, find_product(tx, operation.id))
            tags = with_tags(product.tags, operation.add, operation.remove)
            product = change_product(tx, operation.id, parse_fields(ProductChanges, {"tags": tags}))
        case Deletion():
            delete_product(tx, operation.id, expected_version=operation.version)
            product = existing(PRODUCT_RECORD, find_product(tx, operation.id))
        case Restoration():
            product = restore_product(tx, operation.id)
    return Outcome(operation.op, product.id, product.version, tx.actor.operation_id)


def product_operation_on(product_id: int, change: Change) -> ProductOperation:
    """What the bar of the list asks for. Raises Invalid."""
    if change.action == "active":
        fields = {"active": change.value == "1"}
        return parse_fields(ProductUpdate, {"op": "update", "id": product_id, "fields": fields})
    operation = usual_operation(product_id, change)
    if isinstance(operation, Assignment):
        raise Invalid.field("change", "is not a bulk action")
    return operation
