"""Who sells and who buys, as an invoice keeps them when it is issued; and what the law asks of both."""

from dataclasses import asdict, dataclass
from typing import Any

from crm.clients.client import find_client
from crm.db.transaction import Transaction
from crm.documents.company import get_company
from crm.documents.company_fields import EUROPEAN_UNION
from crm.documents.invoice import Invoice
from crm.documents.invoice_fields import TAXED
from crm.errors import FieldProblem, Invalid

MOST_SIMPLIFIED = 100
"""Up to so many euros an invoice need not name who buys: Directive 2006/112/EC, Article 220a."""
Party = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parties:
    """`seller` has the fields of the company in the settings; `buyer` name, address and e-mail address."""

    seller: Party
    buyer: Party | None


def find_parties(tx: Transaction, invoice: Invoice) -> Parties:
    """As they are now."""
    return Parties(asdict(get_company(tx)), _buyer(tx, invoice.client_id))


def _buyer(tx: Transaction, client_id: int | None) -> Party | None:
    client = None if client_id is None else find_client(tx, client_id)
    if client is None:
        return None
    main = asdict(client.addresses[0]) if client.addresses else {}
    address = {name: main.get(name) for name in ("street", "postal_code", "city", "region", "country")}
    return {"name": client.name, "email": client.email, **address}


def refuse_incomplete(invoice: Invoice, parties: Parties) -> None:
    """Raises Invalid naming each field that is missing; those of the settings begin with `company.`."""
    missing = [f"company.{name}" for name in parties.seller["missing"]]
    if parties.buyer is None:
        missing.append("client_id")
    problems = [FieldProblem(name, "is required") for name in missing]
    if _needs_address(invoice, parties) and not _has_address(parties.buyer):
        problems.append(FieldProblem("client_id", "needs an address with city and country"))
    if parties.seller["small_business"]:
        problems += _of_small_business(invoice)
    if any(line.tax_category == "reverse_charge" for line in invoice.lines):
        problems += _for_reverse_charge(invoice, parties)
    if problems:
        raise Invalid(*problems)


def _needs_address(invoice: Invoice, parties: Parties) -> bool:
    if parties.buyer is None or parties.seller["country"] not in EUROPEAN_UNION:
        return False
    return invoice.currency != "EUR" or invoice.total > MOST_SIMPLIFIED


def _has_address(buyer: Party | None) -> bool:
    return bool(buyer and buyer["city"] and buyer["country"])


def _for_reverse_charge(invoice: Invoice, parties: Parties) -> list[FieldProblem]:
    """Article 226 (4) and (11a): both VAT ids are named."""
    own = (
        [] if parties.seller["vat_id"] else [FieldProblem("company.vat_id", "is required for reverse charge")]
    )
    if invoice.buyer_vat_id is None:
        own.append(FieldProblem("buyer_vat_id", "is required for reverse charge"))
    return own


def _of_small_business(invoice: Invoice) -> list[FieldProblem]:
    """Tax that is written on an invoice is owed, whoever wrote it."""
    return [
        FieldProblem(f"lines.{place}.tax_rate", "must be 0: the company is a small business")
        for place, line in enumerate(invoice.lines)
        if line.tax_category in TAXED
    ]
