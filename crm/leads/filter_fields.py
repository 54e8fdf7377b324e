"""What lists of leads can be filtered by in `?filter=`."""

from dataclasses import replace
from typing import get_args

from crm.custom_fields.listing import custom_filters
from crm.db.transaction import Transaction
from crm.leads.campaign_filters import CAMPAIGN_FIELDS
from crm.leads.fields import Status
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.keys import place_key, sort_key
from crm.records.seen import only_seen

NEVER = "9999-12-31"
SEEN_NAME = """CASE WHEN EXISTS (SELECT 1
                       FROM clients sought
                      WHERE sought.workspace_id = :workspace_id
                        AND sought.id = l.client_id {seen}) THEN l.client_key ELSE '' END"""


def lead_filter_fields(tx: Transaction) -> FilterFields:
    """The name of a client whom the actor does not see is empty to them."""
    seen = only_seen(tx, "client", "sought")
    fields = FIELDS | custom_filters(tx, "lead", "l")
    if not seen:
        return fields
    column = SEEN_NAME.format(seen=seen)
    return fields | {"client": replace(FIELDS["client"], column=column, indexed=False)}


FIELDS: dict[str, FilterField] = {
    **CAMPAIGN_FIELDS,
    "title": FilterField(
        type="text", column="l.title_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "value": FilterField(type="amount", column="l.value_minor", indexed=True, optional=False),
    "currency": FilterField(type="choice", column="l.currency", optional=False),
    "client": FilterField(
        type="text", column="l.client_key", indexed=True, optional=False, keys=lambda text: [sort_key(text)]
    ),
    "client_id": FilterField(
        type="record", column="l.client_id", indexed=True, paired="client_id", of="client"
    ),
    "pipeline_id": FilterField(
        type="record",
        column="l.pipeline_id",
        indexed=True,
        paired="pipeline_id",
        optional=False,
        of="pipeline",
    ),
    "stage_id": FilterField(
        type="record", column="l.stage_id", indexed=True, paired="stage_id", optional=False, of="stage"
    ),
    "owner_id": FilterField(type="record", column="l.owner_id", indexed=True, paired="owner_id", of="user"),
    "status": FilterField(
        type="choice",
        column="l.status",
        indexed=True,
        paired="status",
        optional=False,
        values=get_args(Status),
    ),
    "type": FilterField(type="choice", column="l.type", indexed=True, paired="type", optional=False),
    "source": FilterField(
        type="text",
        column="l.source_key",
        indexed=True,
        paired="source_key",
        keys=lambda text: [place_key(text) or text],
    ),
    "tags": FilterField(type="tags", column="l.first_tag"),
    "details": FilterField(type="text", column="l.details"),
    "lost_reason": FilterField(type="text", column="l.lost_reason"),
    "expected_close": FilterField(
        type="day", column="l.expected_close", around=f"COALESCE(l.expected_close, '{NEVER}')"
    ),
    "closed_at": FilterField(type="moment", column="l.closed_at", indexed=True),
    "created_at": FilterField(type="moment", column="l.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="l.updated_at", indexed=True, optional=False),
    "last_activity": FilterField(type="moment", column="l.touched_at", optional=False, last=True),
}
