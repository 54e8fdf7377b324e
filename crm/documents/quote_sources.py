"""What a new quote takes from its lead or deal, and the deal that it belongs to."""

from typing import Any

from crm.db.transaction import Transaction
from crm.deals.deal import Deal, find_deal
from crm.documents.deal_lines import invoice_lines_of_deal, trade_in_texts
from crm.documents.fields import QuoteFields, given_values
from crm.documents.line_fields import DocumentLine
from crm.documents.quote_templates import values_of_template
from crm.documents.recipient import usual_language
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.lead import find_lead

Values = dict[str, Any]


def with_source(tx: Transaction, fields: QuoteFields) -> Values:
    """All values of the quote: those that were given, else its deal's, template's or lead's.

    Raises Invalid, and Conflict for a deal without lines.
    """
    values = given_values(fields)
    found = _of_lead(tx, fields) | _of_template(tx, fields) | _of_deal(tx, values, fields)
    return values | {name: value for name, value in found.items() if name not in fields.model_fields_set}


def _of_lead(tx: Transaction, fields: QuoteFields) -> Values:
    lead = None if fields.lead_id is None else find_lead(tx, fields.lead_id)
    return {} if lead is None else {"title": lead.title}


def _of_template(tx: Transaction, fields: QuoteFields) -> Values:
    return {} if fields.template_id is None else values_of_template(tx, fields.template_id)


def _of_deal(tx: Transaction, values: Values, fields: QuoteFields) -> Values:
    if fields.deal_id is None:
        return {}
    deal = find_deal(tx, fields.deal_id)
    if deal is None or deal.deleted_at is not None:
        raise Invalid.field("deal_id", "is not a deal of this workspace")
    language = values["language"] or usual_language(tx, deal.client_id)
    lines = {} if "lines" in fields.model_fields_set else {"lines": _lines_of(tx, deal, language)}
    return _facts_of(deal) | lines


def _facts_of(deal: Deal) -> Values:
    return {
        "title": deal.vehicle_name,
        "client_id": deal.client_id,
        "lead_id": deal.lead_id,
        "owner_id": deal.salesperson_id,
        "currency": deal.currency,
    }


def _lines_of(tx: Transaction, deal: Deal, language: str) -> list[Values]:
    """Those of an invoice, and a text for each trade-in that is a way to pay."""
    lines = invoice_lines_of_deal(tx, deal, language)
    texts = [{"kind": "text", "details": each["details"]} for each in trade_in_texts(deal, lines, language)]
    further = [parse_fields(DocumentLine, each).model_dump() for each in texts]
    return [_line(line) for line in lines] + further


def _line(line: Values) -> Values:
    """The reason why no tax is charged stands below the title."""
    details = "\n".join(part for part in (line["details"], line["tax_reason"]) if part)
    kept = {name: line[name] for name in ("kind", "title", "quantity", "unit", "unit_price", "tax_rate")}
    return parse_fields(DocumentLine, kept | {"details": details or None}).model_dump()


def link_deal(tx: Transaction, quote_id: int, deal_id: int) -> None:
    tx.run(
        """
        INSERT INTO quote_deals (workspace_id, quote_id, deal_id)
        VALUES (:workspace_id, :quote_id, :deal_id)
        """,
        quote_id=quote_id,
        deal_id=deal_id,
    )
