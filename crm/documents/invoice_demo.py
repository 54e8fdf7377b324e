"""Made-up invoices to try the server with: of quotes and of clients, some issued, some paid."""

import random
from dataclasses import dataclass
from decimal import Decimal

from crm.accounts.workspaces import get_workspace
from crm.db.transaction import Transaction
from crm.documents.company import change_company, get_company
from crm.documents.company_fields import CompanyChanges
from crm.documents.demo import example_quote
from crm.documents.fields import given_values
from crm.documents.invoice import Invoice
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoices import create_invoice
from crm.documents.payment_fields import PaymentFields
from crm.documents.payments import add_payment
from crm.errors import Invalid
from crm.fields import parse_fields

WRITTEN = ("title", "quantity", "unit", "unit_price", "tax_rate", "discount")


@dataclass(slots=True)
class Course:
    """For clients of the leads that there are."""

    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        if self.made < count:
            _describe_company(tx)
        for _ in range(count - self.made):
            _make(tx, self.rng)
        self.made = max(self.made, count)


def begin_invoices(tx: Transaction, rng: random.Random) -> Course:
    """Continues with the invoices of an earlier run that was stopped."""
    made = int(tx.value("SELECT count(*) FROM invoices WHERE workspace_id = :workspace_id"))
    rng.seed(rng.random() + made)
    return Course(rng, made)


def _describe_company(tx: Transaction) -> None:
    """Without one nothing could be issued; one that people described stays."""
    company = get_company(tx)
    if company.id == 0:
        known = {"legal_name": get_workspace(tx).name, "street": "Market Street 1", "city": "Springfield"}
        numbers = {"tax_number": "00/000/00000", "vat_id": "DE123456789", "registration": "HRB 12345"}
        change_company(tx, parse_fields(CompanyChanges, known | numbers))


def _make(tx: Transaction, rng: random.Random) -> None:
    """Where something that the law asks for is missing, it stays a draft."""
    quote = given_values(example_quote(tx, rng))
    given = {name: quote[name] for name in ("title", "client_id")}
    lines = [{name: line[name] for name in WRITTEN} for line in quote["lines"]]
    invoice = create_invoice(tx, parse_fields(InvoiceFields, given | {"lines": lines, "payment_days": 14}))
    if rng.random() < 0.25:
        return
    try:
        with tx.savepoint():
            issued = issue_invoice(tx, invoice.id)
    except Invalid:
        return
    _pay(tx, rng, issued)


def _pay(tx: Transaction, rng: random.Random, invoice: Invoice) -> None:
    part = rng.choice((Decimal(0), Decimal(0), Decimal("0.5"), Decimal(1), Decimal(1)))
    amount = round(Decimal(str(invoice.open)) * part, 2)
    if amount > 0:
        add_payment(tx, invoice.id, parse_fields(PaymentFields, {"amount": amount, "method": "transfer"}))
