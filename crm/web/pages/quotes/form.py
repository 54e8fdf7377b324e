"""The form of a quote."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import gettext as _

from crm.db.transaction import Transaction
from crm.documents.fields import QuoteChanges, QuoteFields, given_values
from crm.documents.kind import QUOTE
from crm.documents.lines import taxes_in
from crm.documents.quote_templates import list_quote_templates
from crm.documents.quotes import change_quote, create_quote
from crm.documents.validation import as_kept, totals_in, with_goods
from crm.fields import whole_number
from crm.leads.kind import LEAD
from crm.records.names import name_records
from crm.web.kinds.company_profile import AFTER_ACCEPTANCE
from crm.web.pages.documents.currency import CURRENCY, MONEY
from crm.web.pages.documents.form import DocumentForm, Sums, document_form, sums_of
from crm.web.pages.documents.line_rows import LINES, PERCENT
from crm.web.records.entries import NUMBER, OPTIONAL, TEXT, TICK, WORDS, Texts
from crm.web.records.form import Creation
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity

ENTRIES = {
    "title": TEXT, "client_id": NUMBER, "lead_id": NUMBER, "owner_id": NUMBER, "currency": CURRENCY,
    "language": OPTIONAL, "valid_until": OPTIONAL, "prices_include_tax": TICK, "header": TEXT, "lines": LINES,
    "discount": PERCENT, "discount_amount": MONEY, "after_acceptance": OPTIONAL, "footer": TEXT,
    "tags": WORDS,
}  # fmt: skip


def _read_own(tx: Transaction, values: Texts) -> Mapping[str, Any]:
    lead_id = whole_number(values.get("lead_id", ""))
    title = name_records(tx, LEAD, [lead_id]).get(lead_id, "") if lead_id else ""
    templates = list_quote_templates(tx)
    return {"lead_title": title, "after_acceptance": list(AFTER_ACCEPTANCE.items()), "templates": templates}


def _add_up(fields: QuoteChanges) -> Sums:
    given = given_values(fields)
    facts = as_kept(read(with_goods, given, fields.currency, given), fields.currency)
    totals = totals_in(facts)
    return sums_of(fields.currency, taxes_in(totals), totals)


blueprint = document_form(
    DocumentForm(
        kind=QUOTE,
        entries=ENTRIES,
        model=QuoteChanges,
        change=change_quote,
        creation=Creation(
            model=QuoteFields,
            create=partial(create_quote, complete=True),
            asked=("client_id", "lead_id", "title"),
            usual=lambda: {"owner_id": str(identity().user_id)},
        ),
        add_up=_add_up,
        closed=lambda quote: _("The customer accepted it.") if quote.state == "accepted" else "",
        more=_read_own,
    )
)
