"""Key figures of leads, for each currency: open value, and won this month."""

from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.leads.report_span import span_of
from crm.leads.sums import OpenSum, Whose, sum_closed, sum_open


@dataclass(frozen=True, slots=True)
class Figures:
    """In major units. `weighted_value` is the forecast: each open lead by the probability of its stage.

    `won_value` and `won_leads` are of this month, in the reader's time zone.
    """

    currency: str
    open_leads: int
    open_value: int | float
    weighted_value: int | float
    won_leads: int
    won_value: int | float


def figure_out(tx: Transaction, whose: Whose, timezone: str) -> list[Figures]:
    """The workspace's currency first, then those of the most leads; currencies are never mixed."""
    usual = str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
    month = span_of(tx.now, timezone, 1, None, None)
    won = {each.currency: each for each in sum_closed(tx, month.bounds, whose) if each.status == "won"}
    opened = {each.currency: each for each in sum_open(tx, whose)}
    found = []
    for currency in {usual, *opened, *won}:
        of, gained = opened.get(currency, OpenSum(currency, 0, 0, 0)), won.get(currency)
        found.append(
            Figures(
                currency=currency,
                open_leads=of.leads,
                open_value=of.value,
                weighted_value=of.weighted,
                won_leads=gained.leads if gained else 0,
                won_value=gained.value if gained else 0,
            )
        )
    return sorted(
        found,
        key=lambda each: (each.currency != usual, -each.open_leads - each.won_leads, each.currency),
    )
