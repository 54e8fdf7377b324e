"""/api/activities: the ledger of the workspace."""

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from crm import clock
from crm.activity.chain import verify_chain
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.appliance.undo import undo_activity
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.kinds.known import shown_kind
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept
from crm.web.responses.ledger_csv import ledger_as_csv
from crm.web.responses.list_separator import CsvQuery
from crm.web.words.timelines import about_record

blueprint = Blueprint("api_activities", __name__, url_prefix="/api/activities")

TimelineKind = Annotated[
    str, Field(max_length=40, json_schema_extra={"x-one-of": "timeline"}), AfterValidator(shown_kind)
]

CSV = "text/csv"
PAGES_AT_ONCE = 20


class LedgerQuery(BaseModel):
    """`entity` and `entity_id` name the changed record, `subject` and `subject_id` that of the timeline."""

    model_config = ConfigDict(extra="forbid")

    entity: str | None = Field(None, max_length=40)
    entity_id: int | None = Field(None, ge=1, lt=2**63)
    subject: str | None = Field(None, max_length=40)
    subject_id: int | None = Field(None, ge=1, lt=2**63)
    actor_id: int | None = Field(None, ge=1, lt=2**63)
    action: str | None = Field(None, max_length=80)
    operation_id: int | None = Field(None, ge=1, lt=2**63)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def filter(self) -> ActivityFilter:
        return ActivityFilter(
            entity=self.entity,
            entity_id=self.entity_id,
            subject=self.subject,
            subject_id=self.subject_id,
            actor_id=self.actor_id,
            action=self.action,
            operation_id=self.operation_id,
            since=clock.as_text(self.since) if self.since else None,
            until=clock.as_text(self.until) if self.until else None,
        )


class LedgerExport(LedgerQuery, CsvQuery):
    """The same choice as a table."""


class ActivityQuery(LedgerQuery, PageQuery):
    """The ledger, page by page."""


class TimelineQuery(PageQuery):
    """The timeline of one record, or only one kind of entry on it."""

    kind: TimelineKind | None = None

    def page(self, tx: Transaction, subject: str, subject_id: int) -> Page[Activity]:
        about = about_record(tx, subject, subject_id, self.kind)
        return list_activities(tx, about, limit=self.limit, cursor=self.cursor)


@dataclass(frozen=True, slots=True)
class Verification:
    """Where the chain breaks, if it does; `head` is the hash of the last entry that fits."""

    whole: bool
    entries: int
    head: str
    broken_at: int | None
    reason: str | None


@blueprint.get("")
@permit("activities.read")
@contract(query=ActivityQuery, result=Activity, many=True)
@kept
def list_all() -> Response:
    """List the changes of the workspace, newest first"""
    wanted = query(ActivityQuery)
    return answers.page(read(list_activities, wanted.filter(), limit=wanted.limit, cursor=wanted.cursor))


@blueprint.get("/export")
@permit("activities.read")
@contract(query=LedgerExport, content=(CSV,))
def export() -> Response:
    """Download the changes as CSV, newest first"""
    wanted = query(LedgerExport)
    return ledger_as_csv(wanted.filter(), wanted.list_separator)


@blueprint.get("/verification")
@permit("activities.read")
@contract(result=Verification)
def verify() -> Response:
    """Verify the hash chain of the workspace's history, and say where it breaks"""
    report = read(verify_chain, None, PAGES_AT_ONCE)
    while not report.complete and report.broken_at is None:
        report = read(verify_chain, report, PAGES_AT_ONCE)
    return answers.data(
        Verification(report.complete, report.entries, report.head, report.broken_at, report.reason)
    )


@blueprint.post("/<id:activity_id>/undo")
@permit("activities.undo")
@contract(result=Activity, refusals=(409,))
def undo(activity_id: int) -> Response:
    """Undo a change: its earlier values become a new change, unless the record has changed again"""
    return answer_once(lambda tx: undo_activity(tx, activity_id), answers.data)
