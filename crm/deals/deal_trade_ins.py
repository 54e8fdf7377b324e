"""The vehicles that a customer gives for a deal: how they are kept."""

from collections.abc import Sequence

from crm.catalogue.vehicle_fields import as_number
from crm.db.transaction import Transaction
from crm.deals.deal import TradeIn
from crm.deals.deal_fields import TradeInFields
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


def check_amounts(currency: str, trade_ins: Sequence[TradeInFields]) -> None:
    """Raises Invalid naming an amount that the currency does not know."""
    for place, each in enumerate(trade_ins):
        check_places(each.allowance, currency, f"trade_ins.{place}.allowance")
        check_places(each.payoff, currency, f"trade_ins.{place}.payoff")
