"""Checks of a lead's stage, status and currency, and of the records it refers to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.accounts.owners import check_owner
from crm.clients.client import name_of_live
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.leads.lead import Lead
from crm.leads.lead_types import check_lead_type
from crm.leads.pipeline import (
    Pipeline,
    Stage,
    first_default_stage,
    first_stage,
    get_pipeline,
    target_stage,
)
from crm.money import as_major, as_stored, check_current, check_places


def validate_new_lead(tx: Transaction, given: Mapping[str, Any]) -> dict[str, Any]:
    """All values of a new lead. Raises Invalid."""
    stage = asked_stage(tx, given) or first_default_stage(tx)
    values = {"currency": None, "status": None, **given, **_place(stage)}
    values["currency"] = values["currency"] or _workspace_currency(tx)
    values |= _outcome(stage.kind, values, otherwise="new")
    check_current(values["currency"])
    check_places(values["value"], values["currency"])
    _check_links(tx, values)
    return _as_facts(values)


def validate_lead_changes(
    tx: Transaction, old: Lead, given: Mapping[str, Any], *, restored: bool = False
) -> dict[str, Any]:
    """The given values, and those that follow from them. Raises Invalid.

    `restored` values were stored once: they need not fit the currencies of today.
    """
    values = dict(given)
    stage = asked_stage(tx, values, old)
    if stage is not None:
        values |= _place(stage)
    moved = stage is not None and stage.id != old.stage_id
    kind = stage.kind if stage is not None else old.stage_kind
    if moved or "status" in values or "lost_reason" in values:
        values |= _outcome(kind, values, otherwise="in_progress" if moved else old.status)
    if not restored:
        _check_price(old, values)
    _check_links(tx, {name: value for name, value in values.items() if getattr(old, name) != value})
    return _as_facts(values)


def facts_in_stage(stage: Stage) -> dict[str, Any]:
    """The values that a lead gets when it enters this stage."""
    return {**_place(stage), **_outcome(stage.kind, {}, otherwise="in_progress")}


def asked_stage(tx: Transaction, given: Mapping[str, Any], old: Lead | None = None) -> Stage | None:
    """The stage that is given, itself or through its pipeline; None if neither is, or nothing changes."""
    stage_id, pipeline_id = given.get("stage_id"), given.get("pipeline_id")
    if old is not None and stage_id in (None, old.stage_id) and pipeline_id in (None, old.pipeline_id):
        return None
    if stage_id is None:
        return None if pipeline_id is None else first_stage(_target_pipeline(tx, pipeline_id))
    stage = target_stage(tx, stage_id)
    if pipeline_id is not None and pipeline_id != stage.pipeline_id:
        raise Invalid.field("stage_id", "is a stage of another pipeline")
    return stage


def _target_pipeline(tx: Transaction, pipeline_id: int) -> Pipeline:
    try:
        pipeline = get_pipeline(tx, pipeline_id)
    except NotFound:
        raise Invalid.field("pipeline_id", "is not a pipeline of this workspace") from None
    if pipeline.archived_at is not None:
        raise Invalid.field("pipeline_id", "is an archived pipeline")
    return pipeline


def _place(stage: Stage) -> dict[str, int]:
    return {"pipeline_id": stage.pipeline_id, "stage_id": stage.id}


def _outcome(kind: str, values: Mapping[str, Any], *, otherwise: str) -> dict[str, Any]:
    """Status and reason as the kind of the stage requires."""
    status, reason = values.get("status"), values.get("lost_reason")
    if kind != "lost" and reason is not None:
        raise Invalid.field("lost_reason", "requires a lost stage")
    if kind == "open":
        if status in {"won", "lost"}:
            refusal = Sentence("is set by the stage: move the lead to a {kind} stage", kind=status)
            raise Invalid.field("status", refusal)
        return {"status": status or otherwise, "lost_reason": None}
    if status not in {None, kind}:
        raise Invalid.field("status", Sentence("must be {kind} in a {kind} stage", kind=kind))
    return {"status": kind} if kind == "lost" else {"status": kind, "lost_reason": None}


def _check_price(old: Lead, values: Mapping[str, Any]) -> None:
    """Values stored under earlier rules stay; only a change must fit today's rules."""
    before = Decimal(str(old.value))
    currency, value = values.get("currency", old.currency), values.get("value", before)
    if currency != old.currency:
        check_current(currency)
    if currency != old.currency or value != before:
        check_places(value, currency)


def _check_links(tx: Transaction, values: Mapping[str, Any]) -> None:
    if values.get("client_id") is not None and name_of_live(tx, values["client_id"]) is None:
        raise Invalid.field("client_id", "is not a client of this workspace")
    if values.get("owner_id") is not None:
        check_owner(tx, values["owner_id"])
    if values.get("type") is not None:
        check_lead_type(tx, values["type"])


def _workspace_currency(tx: Transaction) -> str:
    return str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))


def _as_facts(values: dict[str, Any]) -> dict[str, Any]:
    """The values in the form in which the lead and the ledger hold them."""
    if "value" in values:
        values["value"] = as_major(as_stored(values["value"]))
    if values.get("expected_close") is not None:
        values["expected_close"] = values["expected_close"].isoformat()
    return values
