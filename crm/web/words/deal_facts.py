"""Lines and trade-ins of a deal in the ledger, as text; their currency is the deal's."""

from typing import Any

from crm.web.words.formats import number


def lines_text(lines: Any) -> str:
    return ", ".join(
        f"{number(each['quantity'])} × {each['title']}: {number(each['unit_price'])}" for each in lines
    )


def extras_text(extras: Any) -> str:
    """Accessories, fees and rebates of a scenario, whose amounts are decimal texts."""
    return ", ".join(f"{each['title']}: {number(float(each['amount']))}" for each in extras)


def trade_ins_text(trade_ins: Any) -> str:
    return ", ".join(
        f"{each['year']} {each['make']} {each['model']}: {number(each['allowance'])}" for each in trade_ins
    )
