"""Adding pictures to vehicles and products, and moving them: files of the record, in order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.catalogue.pictures import MOST_PICTURES, Pictured
from crm.catalogue.product import get_product
from crm.catalogue.product_fields import ProductChanges
from crm.catalogue.products import change_product
from crm.catalogue.vehicle import get_vehicle
from crm.catalogue.vehicle_fields import VehicleChanges
from crm.catalogue.vehicles import change_vehicle
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.fields import Fields
from crm.files.files import attach_file
from crm.files.uploads import Upload


@dataclass(frozen=True, slots=True)
class Gallery:
    """How records of a kind get their pictures."""

    kind: Pictured
    get: Callable[[Transaction, int], Any]
    change: Callable[..., Any]
    changes: type[Fields]


GALLERIES: dict[str, Gallery] = {
    "vehicle": Gallery("vehicle", get_vehicle, change_vehicle, VehicleChanges),
    "product": Gallery("product", get_product, change_product, ProductChanges),
}


def add_picture(tx: Transaction, kind: Pictured, record_id: int, upload: Upload) -> Any:
    """After the others. Raises NotFound, and Invalid naming `file` for what is no picture."""
    if upload.width is None:
        raise Invalid.field("file", "must be a picture")
    shown = GALLERIES[kind].get(tx, record_id).picture_ids
    if len(shown) >= MOST_PICTURES:
        raise Invalid.field("file", Sentence("there are at most {n} pictures", n=MOST_PICTURES))
    file = attach_file(tx, kind, record_id, upload)
    return _show(tx, kind, record_id, [*shown, file.id])


def move_picture(
    tx: Transaction,
    kind: Pictured,
    record_id: int,
    file_id: int,
    place: int | None,
    *,
    expected_version: int | None = None,
) -> Any:
    """To this place among the others, the first being 0; to none, it stays a file alone.

    Raises NotFound, Stale, and Invalid for a file that is no picture of the record.
    """
    others = [each for each in GALLERIES[kind].get(tx, record_id).picture_ids if each != file_id]
    if place is not None:
        others.insert(max(0, place), file_id)
    return _show(tx, kind, record_id, others, expected_version=expected_version)


def _show(
    tx: Transaction,
    kind: Pictured,
    record_id: int,
    file_ids: list[int],
    *,
    expected_version: int | None = None,
) -> Any:
    gallery = GALLERIES[kind]
    changes = gallery.changes.model_validate({"picture_ids": file_ids})
    return gallery.change(tx, record_id, changes, expected_version=expected_version)
