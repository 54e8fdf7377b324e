"""The vehicles that a customer gives for a deal: how they are kept."""

from collections.abc import Sequence

from crm.catalogue.vehicle_fields import as_number
from crm.catalogue.vehicle_validation import refuse_taken_vin
from crm.catalogue.vin import check_vin
from crm.db.transaction import Transaction
from crm.deals.deal import TradeIn
from crm.deals.deal_fields import TradeInFields
from crm.errors import Conflict, Invalid
from crm.money import as_stored, check_places


def store_trade_ins(tx: Transaction, deal_id: int, trade_ins: Sequence[TradeInFields]) -> None:
    """Instead of those that there are."""
    tx.run(
        "DELETE FROM deal_trade_ins WHERE workspace_id = :workspace_id AND deal_id = :deal_id",
        deal_id=deal_id,
    )
    for place, each in enumerate(trade_ins):
        own = each.model_dump(exclude={"allowance", "payoff"})
        tx.run(
            """
            INSERT INTO deal_trade_ins (workspace_id, deal_id, place, year, make, model, vin, mileage,
                                        mileage_unit, allowance_minor, payoff_minor)
            VALUES (:workspace_id, :deal_id, :place, :year, :make, :model, :vin, :mileage, :mileage_unit,
                    :allowance, :payoff)
            """,
            deal_id=deal_id,
            place=place,
            allowance=as_stored(each.allowance),
            payoff=as_stored(each.payoff),
            **own,
        )


def trade_in_of(given: TradeInFields) -> TradeIn:
    """As the deal has it before its delivery."""
    amounts = {"allowance": as_number(given.allowance), "payoff": as_number(given.payoff)}
    return TradeIn(**given.model_dump() | amounts, vehicle_id=None)


def check_trade_ins(
    tx: Transaction, currency: str, trade_ins: Sequence[TradeInFields], known: Sequence[TradeIn] = ()
) -> None:
    """What the delivery would refuse is refused when it is typed. `known` ones were kept already.

    Raises Invalid, and Conflict for the VIN of a vehicle in stock, naming the place and the field.
    """
    vins = [each.vin for each in trade_ins]
    for place, each in enumerate(trade_ins):
        check_places(each.allowance, currency, f"trade_ins.{place}.allowance")
        check_places(each.payoff, currency, f"trade_ins.{place}.payoff")
        if each.vin is None or trade_in_of(each) in known:
            continue
        name = f"trade_ins.{place}.vin"
        if each.vin in vins[:place]:
            raise Invalid.field(name, "is the VIN of another vehicle that is traded in")
        try:
            check_vin(each.vin, each.year)
            refuse_taken_vin(tx, each.vin)
        except (Invalid, Conflict) as error:
            raise error.renamed({"vin": name}) from None
