"""Pictures of the first made-up vehicles and products that have none yet."""

from contextlib import AbstractContextManager
from io import BytesIO
from typing import TYPE_CHECKING

from crm.catalogue.galleries import add_picture
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.store import FileStore
from crm.db.transaction import Row, Transaction
from crm.files.uploads import Upload, stored_upload
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.catalogue import demo_drawings
else:
    demo_drawings = WhenUsed("crm.catalogue.demo_drawings")

MOST_DRAWN = 48
LIMIT = 10_000_000


def picture_vehicles(db: Database, who: Actor, store: FileStore) -> None:
    """Of the newest; every third from both sides."""
    for number, row in enumerate(db.read(_vehicles_without, who)):
        for mirrored in (False, True)[: 1 + (number % 3 == 0)]:
            drawn = BytesIO(demo_drawings.draw_vehicle(row["body"], row["colour"], mirrored=mirrored))
            with _stored(who, store, "vehicle.png", drawn) as upload:
                db.write(add_picture, who, "vehicle", row["id"], upload)


def picture_products(db: Database, who: Actor, store: FileStore) -> None:
    for row in db.read(_products_without, who):
        drawn = BytesIO(demo_drawings.draw_product(row["category"]))
        with _stored(who, store, "product.png", drawn) as upload:
            db.write(add_picture, who, "product", row["id"], upload)


def _stored(who: Actor, store: FileStore, name: str, content: BytesIO) -> AbstractContextManager[Upload]:
    return stored_upload(store, int(who.workspace_id or 0), name, content, limit=LIMIT, picture=True)


def _vehicles_without(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT v.id, v.body, v.colour
          FROM (SELECT id, body, colour
                  FROM vehicles
                 WHERE workspace_id = :workspace_id
                   AND deleted_at IS NULL
                 ORDER BY created_at DESC, id DESC
                 LIMIT :most) v
         WHERE NOT EXISTS (SELECT 1
                             FROM vehicle_pictures vp
                            WHERE vp.workspace_id = :workspace_id
                              AND vp.vehicle_id = v.id)
        """,
        most=MOST_DRAWN,
    )


def _products_without(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT p.id, p.category
          FROM (SELECT id, category
                  FROM products
                 WHERE workspace_id = :workspace_id
                   AND deleted_at IS NULL
                   AND kind = 'product'
                 ORDER BY id
                 LIMIT :most) p
         WHERE NOT EXISTS (SELECT 1
                             FROM product_pictures pp
                            WHERE pp.workspace_id = :workspace_id
                              AND pp.product_id = p.id)
        """,
        most=MOST_DRAWN,
    )
