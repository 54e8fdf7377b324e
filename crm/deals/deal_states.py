"""The states of a deal, and what moves with them: its vehicle, its lead, and the vehicles traded in.

draft → pending by the salesperson → approved by an admin → delivered by the salesperson; pending → draft;
any but delivered → cancelled, with the reason.
"""

from decimal import Decimal
from typing import Any

from crm.activity import activity
from crm.activity.sight import reader_of
from crm.catalogue.stocking import release_vehicle, sell_vehicle, take_in_vehicle
from crm.catalogue.vehicle_fields import VehicleFields
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, TradeIn, get_deal
from crm.deals.deal_fields import OPEN_STATES, Amendment
from crm.deals.deal_lines import take_out_products
from crm.errors import Conflict, FieldProblem, Forbidden, Invalid, Sentence
from crm.fields import parse_fields
from crm.leads.closing import win_lead
from crm.leads.lead import find_lead
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale


def submit_deal(tx: Transaction, deal_id: int, *, expected_version: int | None = None) -> Deal:
    """draft → pending. Raises NotFound, Stale, Conflict, and Forbidden for others than its salesperson."""
    deal = read_deal(tx, deal_id, "draft", expected_version)
    only_salesperson(tx, deal)
    return _move(tx, deal, "submitted", "pending")


def reopen_deal(tx: Transaction, deal_id: int, *, expected_version: int | None = None) -> Deal:
    """pending → draft."""
    deal = read_deal(tx, deal_id, "pending", expected_version)
    only_salesperson(tx, deal)
    return _move(tx, deal, "reopened", "draft")


def approve_deal(tx: Transaction, deal_id: int, *, expected_version: int | None = None) -> Deal:
    """pending → approved, by an owner or admin: the permission says so."""
    deal = read_deal(tx, deal_id, "pending", expected_version)
    return _move(tx, deal, "approved", "approved")


def deliver_deal(tx: Transaction, deal_id: int, *, expected_version: int | None = None) -> Deal:
    """approved → delivered: the vehicle is sold, the lead won, and each trade-in is in stock; or nothing is.

    Raises Invalid naming `client_id` for a deal without one.
    """
    deal = read_deal(tx, deal_id, "approved", expected_version)
    only_salesperson(tx, deal)
    if deal.client_id is None:
        raise Invalid.field("client_id", "is required before the delivery")
    came_with = {"deal_id": deal.id}
    if deal.vehicle_id is not None:
        sell_vehicle(tx, deal.vehicle_id, came_with=dict(came_with))
    take_out_products(tx, deal)
    for place, each in enumerate(deal.trade_ins):
        _take_in(tx, deal, place, each)
    _win(tx, deal)
    return _move(tx, deal, "delivered", "delivered")


def cancel_deal(tx: Transaction, deal_id: int, reason: str, *, expected_version: int | None = None) -> Deal:
    """Its vehicle is available again; it keeps its number."""
    deal = get_deal(tx, deal_id)
    refuse_stale(DEAL_RECORD, deal, expected_version)
    if deal.state not in OPEN_STATES:
        raise _not_now(deal)
    if deal.vehicle_id is not None:
        release_vehicle(tx, deal.vehicle_id, came_with={"deal_id": deal.id, "reason": reason})
    return _move(tx, deal, "cancelled", "cancelled", reason=reason)


def amend_deal(tx: Transaction, deal_id: int, text: Amendment) -> Deal:
    """What was agreed after the delivery, on the deal's timeline. Raises NotFound and Conflict."""
    deal = get_deal(tx, deal_id)
    if deal.state != "delivered":
        raise Conflict("Only a delivered deal is amended. Change this one.")
    tx.run(
        """
        UPDATE deals
           SET version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
        """,
        deal_id=deal_id,
    )
    activity.record(tx, "deal.amended", "deal", deal_id, after={"text": text})
    return get_deal(tx, deal_id)


def read_deal(tx: Transaction, deal_id: int, state: str, expected_version: int | None) -> Deal:
    """Raises NotFound, Stale, and Conflict for a deal that is not in the state."""
    deal = get_deal(tx, deal_id)
    refuse_stale(DEAL_RECORD, deal, expected_version)
    if deal.state != state:
        raise _not_now(deal)
    return deal


def _not_now(deal: Deal) -> Conflict:
    """The error to raise."""
    return Conflict(Sentence("This deal is {state}.", state=Sentence(deal.state)), {"state": deal.state})


def only_salesperson(tx: Transaction, deal: Deal) -> None:
    """A deal without a salesperson is anybody's. Raises Forbidden."""
    if tx.actor.user_id is None or deal.salesperson_id in {None, tx.actor.user_id}:
        return
    if not reader_of(tx).is_admin:
        raise Forbidden("Only the deal's salesperson and admins may do this.")


def _move(tx: Transaction, deal: Deal, verb: str, state: str, *, reason: str | None = None) -> Deal:
    """One change of the row, which fails if somebody else moved the deal meanwhile."""
    moved = tx.run(
        """
        UPDATE deals
           SET state = :state,
               cancel_reason = :reason,
               approved_by = CASE WHEN :state = 'approved' THEN :actor_id ELSE approved_by END,
               approved_at = CASE WHEN :state = 'approved' THEN :now ELSE approved_at END,
               delivered_at = CASE WHEN :state = 'delivered' THEN :now END,
               cancelled_at = CASE WHEN :state = 'cancelled' THEN :now END,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
           AND state = :earlier
        """,
        deal_id=deal.id,
        state=state,
        earlier=deal.state,
        reason=reason,
    )
    if not moved:
        raise _not_now(get_deal(tx, deal.id))
    later = get_deal(tx, deal.id)
    record_change(tx, f"deal.{verb}", DEAL_RECORD, (deal, later))
    return later


def _win(tx: Transaction, deal: Deal) -> None:
    """Its lead, where there is one that is not in the trash."""
    lead = find_lead(tx, deal.lead_id) if deal.lead_id is not None else None
    if lead is not None and lead.deleted_at is None:
        win_lead(tx, lead.id)


def _take_in(tx: Transaction, deal: Deal, place: int, trade_in: TradeIn) -> None:
    given: dict[str, Any] = {
        "year": trade_in.year, "make": trade_in.make, "model": trade_in.model, "vin": trade_in.vin,
        "mileage": trade_in.mileage, "mileage_unit": trade_in.mileage_unit, "currency": deal.currency,
        "cost": Decimal(str(trade_in.allowance)),
    }  # fmt: skip
    try:
        vehicle = take_in_vehicle(tx, parse_fields(VehicleFields, given))
    except Invalid as error:
        raise error.reworded(
            lambda each: FieldProblem(f"trade_ins.{place}.{each.field}", each.message)
        ) from None
    except Conflict as error:
        raise error.renamed({"vin": f"trade_ins.{place}.vin"}) from None
    tx.run(
        """
        UPDATE deal_trade_ins
           SET vehicle_id = :vehicle_id
         WHERE workspace_id = :workspace_id
           AND deal_id = :deal_id
           AND place = :place
        """,
        deal_id=deal.id,
        place=place,
        vehicle_id=vehicle.id,
    )
