"""Rules for rows of web forms that come from a backup."""

from crm.fields import Name
from crm.row_rules import RowRules, any_text, columns, count, fits, ids, json_of, matches, moments, text
from crm.web_forms.fields import (
    Asked,
    Consent,
    OptionalAddress,
    OptionalName,
    OptionalText,
    Owners,
    Purposes,
    Sites,
)

TOKEN = matches(r"[A-Za-z0-9_-]{20,60}", "the end of an address")

ROWS = {
    "web_forms": RowRules(
        columns(
            token=TOKEN,
            name=fits(Name),
            heading=fits(OptionalName),
            intro=fits(OptionalText),
            asked=json_of(Asked, list),
            button=fits(OptionalName),
            consent_text=fits(Consent),
            consent_purposes=json_of(Purposes, list),
            thanks_text=fits(OptionalText),
            thanks_url=fits(OptionalAddress),
            **ids("pipeline_id"),
            owner_ids=json_of(Owners, list),
            turns=count,
            sites=json_of(Sites, list),
        )
    ),
    "web_form_submissions": RowRules(
        columns(
            **ids("form_id", "lead_id"),
            sent_key=matches(r"[0-9a-f]{32,64}|erased-[0-9]{1,19}", "a digest"),
            payload=json_of(),
            consent_text=text(1_000),
            consent_purposes=json_of(Purposes, list),
            reason=any_text(500),
            attempts=count,
            **moments("due_at", "received_at", "confirmed_at", "settled_at"),
        )
    ),
    "web_form_files": RowRules(columns(**ids("submission_id", "file_id"))),
    "web_form_mails": RowRules(
        columns(
            **ids("web_form_id", "submission_id", "created_by"),
            recipient=text(254),
            subject=any_text(500),
            text=any_text(10_000),
            message_id=matches(r"[0-9a-f]{32}", "an id of a letter"),
            attempts=count,
            reason=any_text(500),
            lease=any_text(32),
            **moments("due_at", "sent_at"),
        )
    ),
}
