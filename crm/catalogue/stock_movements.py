"""The movements of a product's stock: never changed, and their sum is the stock."""

from dataclasses import dataclass, fields

from crm.activity import activity
from crm.catalogue.product import counted, get_product
from crm.catalogue.product_fields import THOUSANDTHS, StockMovement
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import Listed, ListRow, Looked, Order, Sort, column_part
from crm.db.list_plan import read_rows
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence


@dataclass
class Movement:
    """`stock` is what there was after it."""

    id: int
    product_id: int
    quantity: int | float
    stock: int | float
    reason: str | None
    moved_by: int | None
    moved_by_name: str | None
    created_at: str


OWN = len(fields(Movement))
_SHOWN = """
       m.id, m.product_id, m.quantity, m.stock, m.reason, m.moved_by,
       (SELECT u.name FROM users u
         WHERE u.workspace_id = :workspace_id AND u.id = m.moved_by) AS moved_by_name,
       m.created_at
"""
NEWEST = Order("created_at", descending=True)
SORTS = {"created_at": Sort(("m.id",), (int,))}
MOVEMENTS = Listed("stock_movements", "m", _SHOWN, SORTS, among="")


def move_stock(tx: Transaction, product_id: int, fields: StockMovement) -> Movement:
    """Raises NotFound, and Conflict for a product whose stock is not counted, or that has not enough.

    The row is changed by one statement that looks at what it finds, so that of two at once none is lost.
    """
    product = get_product(tx, product_id)
    quantity = int(fields.quantity * THOUSANDTHS)
    stock = tx.value(
        """
        UPDATE products
           SET stock = stock + :quantity
         WHERE workspace_id = :workspace_id
           AND id = :product_id
           AND tracked = 1
           AND (allow_negative = 1 OR :quantity > 0 OR stock + :quantity >= 0)
        RETURNING stock
        """,
        product_id=product_id,
        quantity=quantity,
    )
    if stock is None and not product.tracked:
        raise Conflict("The stock of this product is not counted.")
    if stock is None:
        raise Conflict(Sentence("There are only {n} in stock.", n=product.stock), {"stock": product.stock})
    movement_id = _insert(tx, product_id, quantity, stock, fields.reason)
    before = {"stock": counted(stock - quantity)}
    after = {"stock": counted(stock), **({"reason": fields.reason} if fields.reason else {})}
    activity.record(tx, "product.stock_changed", "product", product_id, before=before, after=after)
    return list_movements(tx, product_id, limit=1, only=movement_id).rows[0]


def _insert(tx: Transaction, product_id: int, quantity: int, stock: int, reason: str | None) -> int:
    return tx.insert(
        """
        INSERT INTO stock_movements (workspace_id, product_id, quantity, stock, reason, moved_by, created_at)
        VALUES (:workspace_id, :product_id, :quantity, :stock, :reason, :actor_id, :now)
        RETURNING id
        """,
        product_id=product_id,
        quantity=quantity,
        stock=stock,
        reason=reason,
    )


def list_movements(
    tx: Transaction, product_id: int, *, limit: int, cursor: str | None = None, only: int | None = None
) -> Page[Movement]:
    """Newest first. Raises NotFound if the product does not exist."""
    get_product(tx, product_id)
    parts = [column_part(MOVEMENTS, "product_id", product_id)]
    parts += [column_part(MOVEMENTS, "id", only)] if only is not None else []

    def fetch(place: PageStart) -> Looked[ListRow]:
        way = NEWEST.turned(place.back)
        return read_rows(tx, MOVEMENTS, parts, way, after=place.keys, limit=limit + 1)

    page = read_page(fetch, cursor, SORTS["created_at"].shape, limit, lambda row: row[-1:])
    return Page([_movement(row) for row in page.rows], page.next, page.previous)


def _movement(row: ListRow) -> Movement:
    found = Movement(*row[:OWN])
    found.quantity, found.stock = counted(row[2]), counted(row[3])
    return found
