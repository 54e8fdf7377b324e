"""Returns: what was delivered comes back, and the deal and its vehicle say so together."""

from crm.catalogue.stocking import return_vehicle
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle, find_vehicle, get_vehicle
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, find_deal, get_deal
from crm.deals.deal_lines import take_back_products
from crm.deals.deal_states import only_salesperson, read_deal
from crm.errors import Conflict, Forbidden
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale


def return_deal(tx: Transaction, deal_id: int, reason: str, *, expected_version: int | None = None) -> Deal:
    """What was delivered came back, once: the vehicle is available again, and products are in stock. The deal
    stays delivered. Raises NotFound, Stale and Conflict.
    """
    deal = read_deal(tx, deal_id, "delivered", expected_version)
    only_salesperson(tx, deal)
    if deal.returned_at is not None:
        raise Conflict("This deal was returned already.")
    vehicle = find_vehicle(tx, deal.vehicle_id) if deal.vehicle_id is not None else None
    is_sold = vehicle is not None and vehicle.status == "sold" and vehicle.deleted_at is None
    if vehicle is not None and is_sold and not _is_sold_by_another(tx, deal):
        return_vehicle(tx, vehicle.id, reason)
    take_back_products(tx, deal, reason)
    tx.run(
        """
        UPDATE deals
           SET returned_at = :now, return_reason = :reason, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
        """,
        deal_id=deal_id,
        reason=reason,
    )
    returned = get_deal(tx, deal_id)
    record_change(tx, "deal.returned", DEAL_RECORD, (deal, returned))
    return returned


def return_sold_vehicle(
    tx: Transaction, vehicle_id: int, reason: str, *, expected_version: int | None = None
) -> Vehicle:
    """The vehicle is available again, and the deal that sold it is returned.

    Raises NotFound, Stale, Conflict, and Forbidden for who may not return that deal.
    """
    refuse_stale(VEHICLE_RECORD, get_vehicle(tx, vehicle_id), expected_version)
    deal_id = _sold_by(tx, vehicle_id)
    if deal_id is None:
        return return_vehicle(tx, vehicle_id, reason)
    if find_deal(tx, deal_id) is None:
        raise Forbidden("Only the deal's salesperson and admins may do this.")
    return_deal(tx, deal_id, reason)
    return get_vehicle(tx, vehicle_id)


def _is_sold_by_another(tx: Transaction, deal: Deal) -> bool:
    """The vehicle came back by itself, and was sold again since."""
    return deal.vehicle_id is not None and _sold_by(tx, deal.vehicle_id, besides=deal.id) is not None


def _sold_by(tx: Transaction, vehicle_id: int, *, besides: int = 0) -> int | None:
    """The newest delivered deal with the vehicle that was not returned, whoever sees it."""
    deal_id = tx.value(
        """
        SELECT MAX(id)
          FROM deals
         WHERE workspace_id = :workspace_id
           AND vehicle_id = :vehicle_id
           AND state = 'delivered'
           AND returned_at IS NULL
           AND deleted_at IS NULL
           AND id <> :besides
        """,
        vehicle_id=vehicle_id,
        besides=besides,
    )
    return None if deal_id is None else int(deal_id)
