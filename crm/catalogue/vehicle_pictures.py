"""Pictures of a vehicle: files of it, in the order in which they are shown."""

from crm.catalogue.vehicle import Vehicle, get_vehicle
from crm.catalogue.vehicle_fields import MOST_PICTURES, VehicleChanges
from crm.catalogue.vehicles import change_vehicle
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.files.files import attach_file
from crm.files.uploads import Upload


def add_picture(tx: Transaction, vehicle_id: int, upload: Upload) -> Vehicle:
    """After the others. Raises NotFound, and Invalid naming `file` for what is no picture."""
    if upload.width is None:
        raise Invalid.field("file", "must be a picture")
    vehicle = get_vehicle(tx, vehicle_id)
    if len(vehicle.picture_ids) >= MOST_PICTURES:
        raise Invalid.field("file", Sentence("a vehicle has at most {n} pictures", n=MOST_PICTURES))
    file = attach_file(tx, "vehicle", vehicle_id, upload)
    return _show(tx, vehicle_id, [*vehicle.picture_ids, file.id])


def move_picture(
    tx: Transaction, vehicle_id: int, file_id: int, place: int | None, *, expected_version: int | None = None
) -> Vehicle:
    """To this place among the others, the first being 0; to none, it stays a file alone.

    Raises NotFound, Stale, and Invalid for a file that is no picture of the vehicle.
    """
    others = [each for each in get_vehicle(tx, vehicle_id).picture_ids if each != file_id]
    if place is not None:
        others.insert(max(0, place), file_id)
    return _show(tx, vehicle_id, others, expected_version=expected_version)


def _show(
    tx: Transaction, vehicle_id: int, file_ids: list[int], *, expected_version: int | None = None
) -> Vehicle:
    changes = VehicleChanges(picture_ids=file_ids)
    return change_vehicle(tx, vehicle_id, changes, expected_version=expected_version)
