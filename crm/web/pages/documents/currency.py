"""The currency of the form of a document: where none is chosen, that of its client."""

from dataclasses import replace

from flask import g, request

from crm.documents.recipient import usual_currency
from crm.fields import whole_number
from crm.web.records.entries import AMOUNT, Entry
from crm.web.requests.amounts import plain_amount
from crm.web.requests.reading import read


def typed_currency() -> str:
    """Each amount of a form asks for it: it is read once."""
    if "typed_currency" not in g:
        client_id = whole_number(request.form.get("client_id", ""))
        g.typed_currency = request.form.get("currency") or read(usual_currency, client_id)
    return str(g.typed_currency)


CURRENCY = Entry(value=lambda _name: typed_currency())
MONEY = replace(AMOUNT, value=lambda name: plain_amount(request.form.get(name, ""), typed_currency()))
