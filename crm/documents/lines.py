"""The lines of a document: checked, stored, and read again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from crm.db.transaction import Row, Transaction
from crm.documents.line_fields import DocumentLine
from crm.documents.totals import Discount, PricedLine, Totals, totals_of
from crm.errors import Invalid
from crm.money import as_major, as_stored, check_places

ITEM = "item"
NUMBERS = ("quantity", "unit_price", "tax_rate", "discount", "discount_amount")
FLAGS = ("optional", "alternative", "chosen")


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as people wrote it. Quantities and prices are in whole units, rates and discounts in percent."""

    kind: str
    product_id: int | None
    title: str | None
    details: str | None
    quantity: int | float
    unit: str | None
    unit_price: int | float
    tax_rate: int | float
    discount: int | float
    discount_amount: int | float
    optional: bool
    alternative: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class PricedDocumentLine(WrittenLine):
    """`amount` is what the line costs in the prices as they are given, `net` that without tax; it `counts`
    unless it is optional and not chosen, or another line was chosen for it.
    """

    amount: int | float
    net: int | float
    counts: bool


@dataclass(frozen=True, slots=True)
class TaxAtRate:
    """`net` is what is taxed at the rate, after all discounts."""

    tax_rate: int | float
    net: int | float
    tax: int | float


def checked_lines(given: Sequence[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """As they are kept. Raises Invalid naming the field of each line that does not fit."""
    return [_checked(line, f"lines.{place}", currency) for place, line in enumerate(given)]


def _checked(given: Mapping[str, Any], place: str, currency: str) -> dict[str, Any]:
    line = dict(given)
    if line["kind"] != ITEM:
        return _without_price(line, place)
    if line["title"] is None:
        raise Invalid.field(f"{place}.title", "is required")
    if line["unit_price"] is None:
        raise Invalid.field(f"{place}.unit_price", "is required")
    for name in ("unit_price", "discount_amount"):
        check_places(line[name], currency, f"{place}.{name}")
    line["chosen"] = line["chosen"] and (line["optional"] or line["alternative"])
    return line | {name: as_major(as_stored(line[name])) for name in NUMBERS}


def _without_price(line: dict[str, Any], place: str) -> dict[str, Any]:
    """The title of a section, or a text."""
    needed = "title" if line["kind"] == "section" or line["details"] is None else "details"
    if line[needed] is None:
        raise Invalid.field(f"{place}.{needed}", "is required")
    nothing = dict.fromkeys(NUMBERS, 0) | dict.fromkeys(FLAGS, False)
    return line | nothing | {"unit": None, "product_id": None}


def add_up(
    lines: Sequence[Mapping[str, Any]], currency: str, *, inside: bool, discount: Any = 0, off: Any = 0
) -> Totals:
    """The totals of lines as they are kept; texts and sections have no part in them. Raises Invalid."""
    priced = [as_priced(line) for line in lines if line["kind"] == ITEM]
    places = [place for place, line in enumerate(lines) if line["kind"] == ITEM]
    whole = Discount(Decimal(str(discount)), Decimal(str(off)))
    try:
        return totals_of(priced, currency, prices_include_tax=inside, discount=whole)
    except Invalid as error:
        names = {f"lines.{n}.{name}": f"lines.{p}.{name}" for n, p in enumerate(places) for name in NUMBERS}
        raise error.renamed(names) from None


def as_priced(line: Mapping[str, Any], tax_group: str = "") -> PricedLine:
    quantity, price, rate, discount, off = (Decimal(str(line[name])) for name in NUMBERS)
    optional, alternative, chosen = (bool(line.get(name)) for name in FLAGS)
    return PricedLine(quantity, price, rate, discount, off, optional, alternative, chosen, tax_group)


def with_amounts(lines: Sequence[Mapping[str, Any]], totals: Totals) -> list[PricedDocumentLine]:
    rest = iter(zip(totals.line_amounts, totals.line_nets, totals.counted, strict=True))
    found = []
    for line in lines:
        amount, net, counts = next(rest) if line["kind"] == ITEM else (0, 0, False)
        found.append(PricedDocumentLine(**line, amount=plain(amount), net=plain(net), counts=counts))
    return found


def taxes_in(totals: Totals) -> list[TaxAtRate]:
    return [TaxAtRate(plain(each.tax_rate), plain(each.net), plain(each.tax)) for each in totals.taxes]


def plain(amount: Decimal | int) -> int | float:
    """The number that is sent."""
    return as_major(as_stored(Decimal(amount)))


WRITTEN = tuple(field.name for field in fields(WrittenLine))


def written(line: PricedDocumentLine) -> dict[str, Any]:
    """Without what is computed."""
    return {name: value for name, value in asdict(line).items() if name in WRITTEN}


def as_given(lines: Sequence[DocumentLine]) -> list[dict[str, Any]]:
    return [line.model_dump() for line in lines]


def store_quote_lines(tx: Transaction, quote_id: int, lines: Sequence[Mapping[str, Any]]) -> None:
    """Let the quote have exactly these lines."""
    tx.run(
        "DELETE FROM quote_lines WHERE workspace_id = :workspace_id AND quote_id = :quote_id",
        quote_id=quote_id,
    )
    for place, line in enumerate(lines):
        tx.run(
            """
            INSERT INTO quote_lines (workspace_id, quote_id, place, kind, product_id, title, details,
                                     quantity, unit, unit_price_minor, tax_rate, discount, discount_minor,
                                     is_optional, is_alternative, is_chosen)
            VALUES (:workspace_id, :quote_id, :place, :kind, :product_id, :title, :details, :quantity, :unit,
                    :unit_price, :tax_rate, :discount, :discount_amount,
                    :optional, :alternative, :chosen)
            """,
            quote_id=quote_id,
            place=place,
            **{**line, **{name: as_stored(Decimal(str(line[name]))) for name in NUMBERS}},
        )


def read_quote_lines(tx: Transaction, quote_id: int) -> list[dict[str, Any]]:
    rows = tx.all(
        """
        SELECT kind, product_id, title, details, quantity, unit, unit_price_minor AS unit_price, tax_rate,
               discount, discount_minor AS discount_amount, is_optional AS optional,
               is_alternative AS alternative, is_chosen AS chosen
          FROM quote_lines
         WHERE workspace_id = :workspace_id
           AND quote_id = :quote_id
         ORDER BY place
        """,
        quote_id=quote_id,
    )
    return [_line_of(row) for row in rows]


def _line_of(row: Row) -> dict[str, Any]:
    numbers = {name: as_major(row[name]) for name in NUMBERS}
    return dict(row) | numbers | {name: bool(row[name]) for name in FLAGS}
