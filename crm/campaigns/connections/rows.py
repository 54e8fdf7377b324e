"""Rules for rows of connections to advertising platforms, and of what came by them."""

from crm.campaigns.connections.fields import AccountId, PurposeName
from crm.fields import Name
from crm.row_rules import RowRules, any_text, columns, content, count, fits, ids, json_of, matches, moments
from crm.web_forms.fields import Consent, Purposes

ROWS = {
    "ad_connections": RowRules(
        columns(
            purpose=fits(PurposeName),
            name=fits(Name),
            account=fits(AccountId),
            sealed_credentials=content(),
            options=json_of(),
            **ids("form_id"),
            consent_text=fits(Consent),
            consent_purposes=json_of(Purposes, list),
            problem=any_text(500),
            **moments("looked_until"),
        )
    ),
    "lead_ad_arrivals": RowRules(
        columns(
            **ids("connection_id", "submission_id"),
            leadgen_id=matches(r"[0-9]{1,32}", "an id of a lead"),
            payload=json_of(),
            problem=any_text(500),
            attempts=count,
            **moments("due_at", "received_at", "settled_at"),
        )
    ),
    "ad_conversions": RowRules(
        columns(
            **ids("connection_id", "lead_id"),
            event_id=matches(r"[0-9a-f]{32}|erased-[0-9]{1,19}", "an id of an event"),
            problem=any_text(500),
            attempts=count,
            **moments("due_at", "first_told_at", "won_at", "settled_at"),
        )
    ),
}
