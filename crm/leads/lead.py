"""A lead as it is read."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any

import orjson

from crm import clock
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.leads.ids import LeadId, PipelineId, StageId
from crm.money import as_major
from crm.records.seen import composed_once, name_of, only_seen
from crm.records.skeleton import Skeleton, live
from crm.records.tags import tags_in, tags_of

FIELDS = (
    "title", "value", "currency", "client_id", "pipeline_id", "stage_id", "owner_id", "source",
    "expected_close", "details", "type", "status", "tags", "lost_reason",
)  # fmt: skip
LEAD_RECORD = Skeleton("lead", "leads", Sentence("lead"), FIELDS, known_by="title", customized=True)


# Neither frozen nor slotted, as a client is not: lists and boards make many of them.
@dataclass
class Lead:
    """`value` is in major units of `currency`. `touched_at` is when something last happened to the lead.

    `closed_at` is set in a stage of kind won or lost, `deleted_at` in the trash; `referral` is the ad that
    the lead came from. `custom` has the values of the workspace's own fields by key. The fields are in the
    order of `lead_columns`.
    """

    id: LeadId
    title: str
    value: int | float
    currency: str
    client_id: int | None
    client_name: str | None
    pipeline_id: PipelineId
    stage_id: StageId
    stage_name: str
    stage_kind: str
    owner_id: int | None
    owner_name: str | None
    source: str | None
    expected_close: str | None
    details: str | None
    type: str
    status: str
    tags: list[str]
    lost_reason: str | None
    referral: dict[str, Any] | None
    stage_since: str
    touched_at: str
    stale: bool
    closed_at: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("lead")]


@composed_once
def lead_columns(tx: Transaction) -> str:
    return _columns(name_of(tx, "client", "l.client_id", "client"))


@cache
def _columns(client_name: str) -> str:
    return f"""
       l.id, l.title, l.value_minor, l.currency, l.client_id,
       {client_name} AS client_name,
       l.pipeline_id, l.stage_id, stage.name AS stage_name, stage.kind AS stage_kind, l.owner_id,
       (SELECT owner.name FROM users owner
         WHERE owner.workspace_id = :workspace_id AND owner.id = l.owner_id) AS owner_name,
       l.source, l.expected_close, l.details, l.type, l.status,
       {tags_of("lead", "l.id")} AS tags,
       l.lost_reason, l.referral, l.stage_since, l.touched_at,
       l.closed_at IS NULL AND l.touched_day + stage.stale_days < :today AS stale,
       l.closed_at, l.version, l.created_at, l.updated_at, l.deleted_at, l.custom
"""


STAGE_OF_LEAD = "LEFT JOIN stages stage ON stage.workspace_id = :workspace_id AND stage.id = l.stage_id"


COLUMN = {field.name: place for place, field in enumerate(fields(Lead))}
VALUE, TAGS, REFERRAL, CUSTOM = (COLUMN[name] for name in ("value", "tags", "referral", "custom"))


def lead_of(row: tuple[Any, ...], custom: CustomFields) -> Lead:
    """From a row of `lead_columns`, with the workspace's custom fields of leads."""
    lead = Lead(*row)
    lead.custom = custom.values_in(row[CUSTOM]) if custom.all else {}
    lead.value = as_major(row[VALUE])
    lead.tags = tags_in(row[TAGS])
    if row[REFERRAL] is not None:
        lead.referral = orjson.loads(row[REFERRAL])
    lead.stale = bool(lead.stale)
    return lead


def find_lead(tx: Transaction, lead_id: int) -> Lead | None:
    """The lead, live or in the trash."""
    rows = tx.tuples(_one_lead(tx), lead_id=lead_id, today=day_number(tx.now))
    return lead_of(rows[0], custom_fields_of(tx, "lead")) if rows else None


@composed_once
def _one_lead(tx: Transaction) -> str:
    return f"""
        SELECT {lead_columns(tx)}
          FROM leads l
          {STAGE_OF_LEAD}
         WHERE l.workspace_id = :workspace_id
           AND l.id = :lead_id
           AND l.erased_at IS NULL
           {only_seen(tx, "lead", "l")}
        """


def get_lead(tx: Transaction, lead_id: int) -> Lead:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(LEAD_RECORD, find_lead(tx, lead_id))


def day_number(moment: str) -> int:
    """Days as a running number, so that SQL can count them."""
    return clock.from_text(moment).toordinal()
