"""Import the lead of a record. Its pipeline and stage are found by name, or created."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crm.attribution.touches import keep_touch
from crm.db.transaction import Transaction
from crm.errors import CrmError, Sentence
from crm.fields import name_key, parse_fields
from crm.imports.entry import Entry, RowResult
from crm.imports.exported_custom import fit_custom
from crm.imports.fitting import add_problem, fitting, owner_of
from crm.imports.mapped_custom import custom_to_write, fit_mapped, with_mapped
from crm.imports.matching import find_lead, keep_external_id, keep_external_ids
from crm.imports.record import LeadPart, Record
from crm.leads.fields import LeadChanges, LeadFields
from crm.leads.lead import get_lead
from crm.leads.lead_types import add_lead_type, list_lead_types
from crm.leads.leads import change_lead, create_lead
from crm.leads.many_new import create_leads, may_come_together, ready_values
from crm.leads.pipeline import Pipeline, Stage, get_default_pipeline, open_pipelines
from crm.leads.pipelines import create_pipeline
from crm.leads.stage_fields import PipelineFields, StageFields
from crm.leads.stages import create_stage
from crm.records.keys import sort_key

NEGATIVE = Sentence("The value of a lead cannot be negative.")
EMPTY: tuple[object, ...] = (None, "", [], 0)
UNCHANGED = Sentence("The lead could not be changed.")


def enter_lead(tx: Transaction, entry: Entry, record: Record, client_id: int | None) -> RowResult:
    if record.lead is None:
        return "left_out"
    found = _found(tx, entry, record, client_id)
    if found is not None and entry.options.duplicates != "update":
        return "skipped"
    values = _wanted(tx, entry, record, client_id, found or 0)
    if found is not None:
        return (
            "updated" if _update(tx, found, values, record, overwrite=entry.options.overwrite) else "skipped"
        )
    made = create_lead(tx, fitting(LeadFields, values, record, ("title",)))
    keep_external_id(tx, entry.source, record.lead.external_id, "lead", made.id)
    keep_touch(tx, "import", record.lead.touch, lead_id=made.id)
    return "created"


def enter_leads(tx: Transaction, entry: Entry, leads: Sequence[tuple[Record, int]]) -> list[RowResult]:
    """The leads of several records, each with the id of its client: new ones are stored together."""
    if not may_come_together(tx):
        return [enter_lead(tx, entry, record, client_id) for record, client_id in leads]
    outcomes: list[RowResult] = []
    new: dict[str, tuple[Record, dict[str, Any]]] = {}
    for record, client_id in leads:
        mark = _mark(record, client_id)
        if mark in new or _found(tx, entry, record, client_id) is not None:
            _create(tx, entry, new)
            outcomes.append(enter_lead(tx, entry, record, client_id))
            continue
        fields = fitting(LeadFields, _wanted(tx, entry, record, client_id, 0), record, ("title",))
        new[mark] = (record, ready_values(tx, fields))
        outcomes.append("created")
    _create(tx, entry, new)
    return outcomes


def _create(tx: Transaction, entry: Entry, new: dict[str, tuple[Record, dict[str, Any]]]) -> None:
    """Store the new leads, and forget that they wait."""
    ids = create_leads(tx, [values for _, values in new.values()]) if new else []
    known = [
        (record.lead.external_id if record.lead else None, lead_id)
        for lead_id, (record, _) in zip(ids, new.values(), strict=True)
    ]
    keep_external_ids(tx, entry.source, "lead", known)
    for lead_id, (record, _) in zip(ids, new.values(), strict=True):
        if record.lead is not None and record.lead.touch:
            keep_touch(tx, "import", record.lead.touch, lead_id=lead_id)
    new.clear()


def _mark(record: Record, client_id: int) -> str:
    """By what a later row could be about the same lead."""
    own = record.lead.external_id if record.lead else None
    return f"id {own}" if own else f"{client_id} {sort_key(lead_title(record))}"


def lead_title(record: Record) -> str:
    """Its own, else the name of its client or company."""
    own = record.lead.title if record.lead else ""
    return own or record.name or record.company or ""


def _found(tx: Transaction, entry: Entry, record: Record, client_id: int | None) -> int | None:
    if record.lead is None or entry.options.duplicates == "add":
        return None
    return find_lead(tx, record.lead, lead_title(record), client_id, entry.source)


def _wanted(
    tx: Transaction, entry: Entry, record: Record, client_id: int | None, lead_id: int
) -> dict[str, Any]:
    lead = record.lead or LeadPart()
    placed = _place(tx, lead) | ({"type": _type(tx, lead.type)} if lead.type else {})
    said = placed | said_values(lead, record, entry.owners)
    values = said | {"title": lead_title(record), "client_id": client_id}
    return with_custom(tx, entry, record, values, lead_id)


def with_custom(
    tx: Transaction, entry: Entry, record: Record, values: dict[str, Any], lead_id: int
) -> dict[str, Any]:
    """With those custom values that fit; others are reported."""
    lead = record.lead or LeadPart()
    if lead.exported is not None:
        values = fit_custom(tx, "lead", values, record, key=lead.external_id, record_id=lead_id)
    if lead.custom:
        mapped = fit_mapped(tx, entry, "lead", lead.custom, record, record_id=lead_id)
        values = with_mapped(values, mapped)
    return values


def said_values(lead: LeadPart, record: Record, owners: Mapping[str, int]) -> dict[str, Any]:
    """But for the pipeline, the stage and the type, which may have to be made."""
    values: dict[str, Any] = {
        "value": _value(lead, record),
        "currency": lead.currency,
        "expected_close": date.fromisoformat(lead.expected_close) if lead.expected_close else None,
        "source": lead.source,
        "details": "\n".join(lead.details) or None,
        "tags": lead.tags,
        "owner_id": owner_of(owners, lead.owner, record),
        **(lead.exported or {}),
    }
    return {name: value for name, value in values.items() if value is not None}


def _value(lead: LeadPart, record: Record) -> Decimal | None:
    if lead.value is not None and lead.value < 0:
        add_problem(record, NEGATIVE, str(lead.value), "value")
        return None
    return lead.value


def _type(tx: Transaction, name: str) -> str:
    known = name_key(name)
    return known if known in list_lead_types(tx) else add_lead_type(tx, known)


def _place(tx: Transaction, lead: LeadPart) -> dict[str, Any]:
    """A lead that is won or lost goes to the pipeline's won or lost stage."""
    pipeline = _pipeline(tx, lead.pipeline)
    exact = next((each for each in pipeline.stages if each.name == lead.stage and each.takes_leads), None)
    if lead.exported is not None and exact is not None:
        return {"stage_id": exact.id}
    if lead.outcome in {"won", "lost"}:
        stage = next(
            (each for each in pipeline.stages if each.kind == lead.outcome and each.takes_leads), None
        )
        if stage is not None:
            lost = {"lost_reason": lead.lost_reason} if lead.outcome == "lost" else {}
            return {"stage_id": stage.id, **lost}
    if lead.stage:
        return {"stage_id": _stage(tx, pipeline, lead.stage).id}
    return {"pipeline_id": pipeline.id}


def _pipeline(tx: Transaction, name: str | None) -> Pipeline:
    if not name:
        return get_default_pipeline(tx)
    wanted = name_key(name)
    for pipeline in open_pipelines(tx):
        if name_key(pipeline.name) == wanted:
            return pipeline
    return create_pipeline(tx, parse_fields(PipelineFields, {"name": name}))


def _stage(tx: Transaction, pipeline: Pipeline, name: str) -> Stage:
    wanted = name_key(name)
    for stage in pipeline.stages:
        if name_key(stage.name) == wanted and stage.takes_leads:
            return stage
    last_open = sum(1 for stage in pipeline.stages if stage.kind == "open")
    return create_stage(tx, pipeline.id, parse_fields(StageFields, {"name": name, "position": last_open}))


def _update(
    tx: Transaction, lead_id: int, values: dict[str, Any], record: Record, *, overwrite: bool
) -> bool:
    old = get_lead(tx, lead_id)
    wanted = {name: value for name, value in values.items() if name != "custom"}
    if not overwrite:
        wanted = {name: value for name, value in wanted.items() if getattr(old, name, 1) in EMPTY}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if custom := custom_to_write(old.custom, values.get("custom") or {}, overwrite=overwrite):
        wanted["custom"] = custom
    if not wanted:
        return False
    checked = fitting(LeadFields, {"title": old.title, **wanted}, record, ("title",)).model_dump()
    changes = parse_fields(LeadChanges, {name: checked[name] for name in wanted if name in checked})
    try:
        return change_lead(tx, lead_id, changes).version != old.version
    except CrmError:
        add_problem(record, UNCHANGED, old.title)
        return False
