"""Winning, losing and reopening a lead."""

from typing import Any

from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.fields import parse_fields
from crm.leads.fields import LeadChanges
from crm.leads.ids import StageId
from crm.leads.lead import LEAD_RECORD, Lead, get_lead
from crm.leads.leads import change_lead
from crm.leads.pipeline import Pipeline, Stage, find_stage, first_stage, get_pipeline
from crm.leads.stays import last_open_stage
from crm.records.skeleton import refuse_stale


def win_lead(
    tx: Transaction, lead_id: int, *, expected_version: int | None = None, stage_id: StageId | None = None
) -> Lead:
    """Into `stage_id`, or the first won stage of its pipeline; a lead that is won already is unchanged.

    Raises NotFound, Stale, and Conflict if the pipeline has no such stage.
    """
    return _close(tx, lead_id, "won", {}, expected_version=expected_version, stage_id=stage_id)


def lose_lead(
    tx: Transaction,
    lead_id: int,
    reason: str | None = None,
    *,
    expected_version: int | None = None,
    stage_id: StageId | None = None,
) -> Lead:
    """As `win_lead`; `reason` is why it was lost; a lead that is lost already gets the reason."""
    facts = {} if reason is None else {"lost_reason": reason}
    return _close(tx, lead_id, "lost", facts, expected_version=expected_version, stage_id=stage_id)


def reopen_lead(
    tx: Transaction, lead_id: int, *, expected_version: int | None = None, stage_id: StageId | None = None
) -> Lead:
    """To `stage_id`, or else its last open stage, or else the first one.

    An open lead stays as it is. Raises NotFound and Stale.
    """
    lead = get_lead(tx, lead_id)
    refuse_stale(LEAD_RECORD, lead, expected_version)
    if lead.stage_kind == "open":
        return lead
    pipeline = get_pipeline(tx, lead.pipeline_id)
    return _put_into(tx, lead, stage_id or _last_open(tx, lead, pipeline), {})


def choose_stage(
    tx: Transaction,
    lead_id: int,
    stage_id: int | None,
    reason: str | None = None,
    *,
    expected_version: int | None = None,
) -> Lead:
    """Choosing a stage wins, loses, reopens or moves a lead.

    Raises NotFound, Stale, and Invalid for a stage that takes no leads.
    """
    lead = get_lead(tx, lead_id)
    refuse_stale(LEAD_RECORD, lead, expected_version)
    stage = None if stage_id is None else find_stage(tx, stage_id)
    match stage.kind if stage is not None and stage.takes_leads else None:
        case "won" if stage is not None and reason is None:
            return win_lead(tx, lead_id, stage_id=stage.id)
        case "lost" if stage is not None:
            return lose_lead(tx, lead_id, reason, stage_id=stage.id)
        case "open" if stage is not None and reason is None and lead.stage_kind != "open":
            return reopen_lead(tx, lead_id, stage_id=stage.id)
        case _:
            given = {"stage_id": stage_id} | ({} if reason is None else {"lost_reason": reason})
            return change_lead(tx, lead_id, parse_fields(LeadChanges, given))


def _close(
    tx: Transaction,
    lead_id: int,
    kind: str,
    facts: dict[str, Any],
    *,
    expected_version: int | None,
    stage_id: StageId | None,
) -> Lead:
    lead = get_lead(tx, lead_id)
    refuse_stale(LEAD_RECORD, lead, expected_version)
    stays = lead.stage_id if lead.stage_kind == kind else None
    return _put_into(tx, lead, stage_id or stays or _stage_of_kind(tx, lead, kind), facts)


def _put_into(tx: Transaction, lead: Lead, stage_id: StageId, facts: dict[str, Any]) -> Lead:
    return change_lead(tx, lead.id, parse_fields(LeadChanges, {"stage_id": stage_id, **facts}))


def _stage_of_kind(tx: Transaction, lead: Lead, kind: str) -> StageId:
    stages = _in_use(get_pipeline(tx, lead.pipeline_id))
    found = next((stage for stage in stages if stage.kind == kind), None)
    if found is None:
        raise Conflict(Sentence("The pipeline has no {kind} stage.", kind=kind))
    return found.id


def _last_open(tx: Transaction, lead: Lead, pipeline: Pipeline) -> StageId:
    last = last_open_stage(tx, lead.id)
    known = {stage.id for stage in _in_use(pipeline)}
    return last if last is not None and last in known else first_stage(pipeline).id


def _in_use(pipeline: Pipeline) -> list[Stage]:
    return [stage for stage in pipeline.stages if stage.takes_leads]
