"""Lines that name a product: title, unit, price and tax are the product's unless the line says others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import orjson

from crm.catalogue.product import Product, get_product
from crm.catalogue.product_listing import suggest_products
from crm.db.transaction import Row, Transaction
from crm.documents.company import Company, get_company
from crm.documents.tax_rates import usual_rates
from crm.documents.totals import rounded
from crm.errors import Invalid, Sentence
from crm.money import UNIT, places_of
from crm.records.seen import only_seen

Line = dict[str, Any]
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """As it fills a line; `unit_price` is None where the product has none in the currency."""

    id: int
    title: str
    sku: str | None
    unit: str | None
    unit_price: Decimal | None
    tax_rate: Decimal


def offered_products(tx: Transaction, words: str, currency: str, *, inside: bool) -> list[OfferedProduct]:
    """The active ones that are found by these words, for a line in this currency."""
    found = [each for each in suggest_products(tx, words, limit=MOST_OFFERED) if each.active]
    return _offered(tx, found, currency, inside=inside)


def offered_product(tx: Transaction, product_id: int, currency: str, *, inside: bool) -> OfferedProduct:
    """Raises NotFound."""
    return _offered(tx, [get_product(tx, product_id)], currency, inside=inside)[0]


def _offered(
    tx: Transaction, found: Sequence[Product], currency: str, *, inside: bool
) -> list[OfferedProduct]:
    rows, company = _products(tx, [each.id for each in found], currency), get_company(tx)
    offered = []
    for each in found:
        rate = rate_of(each.tax_class, company)
        price = _price_of(rows[each.id], rate, currency, inside=inside)
        offered.append(OfferedProduct(each.id, each.name, each.sku, each.unit, price, rate))
    return offered


def with_products(
    tx: Transaction, lines: Sequence[Line], currency: str, *, inside: bool, kept: Sequence[Mapping[str, Any]]
) -> list[Line]:
    """`kept` are the lines as they were: what they name may have been deleted since. Raises Invalid."""
    named = sorted({line["product_id"] for line in lines if line.get("product_id") is not None})
    if not named:
        return [_untaxed(line) for line in lines]
    products, company = _products(tx, named, currency), get_company(tx)
    before = {line.get("product_id") for line in kept}
    found = []
    for place, line in enumerate(lines):
        product = products.get(line.get("product_id"))
        if product is None and line.get("product_id") not in before | {None}:
            raise Invalid.field(f"lines.{place}.product_id", "is not a product of this workspace")
        if product is not None and line["kind"] != "item":
            raise Invalid.field(f"lines.{place}.product_id", "is only for lines with a price")
        whole = (
            line
            if product is None
            else _filled(line, product, company, f"lines.{place}", currency, inside=inside)
        )
        found.append(_untaxed(whole))
    return found


def without_lost_products(tx: Transaction, lines: Sequence[Line]) -> list[Line]:
    """The lines, of which those of a deleted product are of none."""
    named = sorted({line["product_id"] for line in lines if line["product_id"] is not None})
    known = _products(tx, named, "").keys()
    return [line if line["product_id"] in known else line | {"product_id": None} for line in lines]


def _untaxed(line: Line) -> Line:
    return line if line["tax_rate"] is not None else line | {"tax_rate": Decimal(0)}


def _products(tx: Transaction, ids: Sequence[int], currency: str) -> dict[int | None, Row]:
    rows = tx.all(
        f"""
        SELECT p.id, p.name, p.unit, p.tax_class,
               CASE WHEN p.currency = :currency THEN p.price_minor
                    ELSE (SELECT pp.price_minor
                            FROM product_prices pp
                           WHERE pp.workspace_id = :workspace_id
                             AND pp.product_id = p.id
                             AND pp.currency = :currency)
                END AS price_minor
          FROM products p
         WHERE p.workspace_id = :workspace_id
           AND p.id IN (SELECT value FROM json_each(:ids))
           AND p.deleted_at IS NULL
           {only_seen(tx, "product", "p")}
        """,
        currency=currency,
        ids=orjson.dumps(list(ids)).decode(),
    )
    return {row["id"]: row for row in rows}


def _filled(line: Line, product: Row, company: Company, place: str, currency: str, *, inside: bool) -> Line:
    rate = line["tax_rate"] if line["tax_rate"] is not None else rate_of(product["tax_class"], company)
    filled = {"title": line["title"] or product["name"], "unit": line["unit"] or product["unit"]}
    if line["unit_price"] is None:
        filled["unit_price"] = _price_of(product, rate, currency, inside=inside)
        if filled["unit_price"] is None:
            sentence = Sentence("is required: the product has no price in {currency}", currency=currency)
            raise Invalid.field(f"{place}.unit_price", sentence)
    return line | filled | {"tax_rate": rate}


def _price_of(product: Row, rate: Decimal, currency: str, *, inside: bool) -> Decimal | None:
    """None where it has none in the currency."""
    if product["price_minor"] is None:
        return None
    net = Decimal(product["price_minor"]) / UNIT
    return _with_tax(net, rate, currency) if inside else net


def _with_tax(net: Decimal, rate: Decimal, currency: str) -> Decimal:
    return rounded(Fraction(net) * (100 + Fraction(rate)) / 100, places_of(currency))


def rate_of(tax_class: str, company: Company) -> Decimal:
    """In percent; a small business charges none."""
    standard, reduced = usual_rates(company.country)
    own = {"standard": (company.standard_rate, standard), "reduced": (company.reduced_rate, reduced)}
    said, usual = own.get(tax_class, (0, 0))
    return Decimal(0) if company.small_business else Decimal(str(usual if said is None else said))
