"""The editor of pipelines and their stages, and of the types of lead."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from crm.clients.fields import MAX_ID
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import Fields, name_key, parse_fields
from crm.leads.emptying import count_by_stage
from crm.leads.fields import TypeName
from crm.leads.lead_types import FIRST_TYPES, add_lead_type, list_lead_types, remove_lead_type
from crm.leads.pipeline import Pipeline, default_pipeline, list_pipelines, live_pipeline
from crm.leads.pipelines import change_pipeline, create_pipeline, delete_pipeline
from crm.leads.stage_fields import PipelineChanges, PipelineFields, StageChanges, StageFields
from crm.leads.stages import change_stage, create_stage, delete_stage
from crm.web.auth import permit
from crm.web.forms import is_fragment, number_from
from crm.web.lead_queries import Address
from crm.web.requests import query, read, write
from crm.web.toasts import complain, say

blueprint = Blueprint("pipelines", __name__, url_prefix="/settings/pipelines")

COLOURS = (
    "#7c8a86", "#3b82c4", "#2a9d8f", "#2f9e5b", "#8b6fc9", "#c2569b", "#cf4b3f", "#d9763a", "#c98a1b",
)  # fmt: skip


class PipelineAddress(Address):
    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)


class NewType(Fields):
    name: TypeName


@blueprint.get("")
@permit("pipelines.read")
def show() -> str:
    wanted = query(PipelineAddress)
    pipelines, chosen, types, counts = read(_read_pipelines, wanted.pipeline_id)
    return render_template(
        "pipelines/pipelines.html",
        pipelines=pipelines,
        chosen=chosen,
        types=types,
        counts=counts,
        first_types=FIRST_TYPES,
        colours=COLOURS,
    )


@blueprint.post("")
@permit("pipelines.manage")
def create() -> ResponseReturnValue:
    def run() -> Pipeline:
        fields = parse_fields(PipelineFields, {"name": request.form.get("name", "")})
        return write(create_pipeline, fields)

    return _try(run, lambda made: url_for("pipelines.show", pipeline_id=made.id), url_for("pipelines.show"))


@blueprint.post("/<id:pipeline_id>")
@permit("pipelines.manage")
def change(pipeline_id: int) -> ResponseReturnValue:
    form = request.form
    given: dict[str, Any] = {"name": form.get("name", "")}
    if form.get("is_default") == "1":
        given["is_default"] = True
    return _try(
        lambda: write(change_pipeline, pipeline_id, parse_fields(PipelineChanges, given)),
        lambda _: _here(pipeline_id),
        _here(pipeline_id),
    )


@blueprint.post("/<id:pipeline_id>/delete")
@permit("pipelines.manage")
def delete(pipeline_id: int) -> ResponseReturnValue:
    return _try(
        lambda: write(delete_pipeline, pipeline_id, move_to=_move_to()),
        lambda _: url_for("pipelines.show"),
        _here(pipeline_id),
    )


@blueprint.post("/<id:pipeline_id>/stages")
@permit("pipelines.manage")
def add_stage(pipeline_id: int) -> ResponseReturnValue:
    return _try(
        lambda: write(create_stage, pipeline_id, parse_fields(StageFields, _stage_given())),
        lambda _: _here(pipeline_id),
        _here(pipeline_id),
    )


@blueprint.post("/stages/<id:stage_id>")
@permit("pipelines.manage")
def update_stage(stage_id: int) -> ResponseReturnValue:
    back = _back_of_form()
    return _try(
        lambda: write(change_stage, stage_id, parse_fields(StageChanges, _stage_given())),
        lambda stage: _here(stage.pipeline_id),
        back,
    )


@blueprint.post("/stages/<id:stage_id>/position")
@permit("pipelines.manage")
def place_stage(stage_id: int) -> ResponseReturnValue:
    def run() -> object:
        position = number_from(request.form.get("position", ""), "position")
        return write(change_stage, stage_id, parse_fields(StageChanges, {"position": position}))

    return _try(run, lambda _: _back_of_form(), _back_of_form())


@blueprint.post("/stages/<id:stage_id>/delete")
@permit("pipelines.manage")
def remove_stage(stage_id: int) -> ResponseReturnValue:
    back = _back_of_form()
    return _try(lambda: write(delete_stage, stage_id, move_to=_move_to()), lambda _: back, back)


@blueprint.post("/types")
@permit("pipelines.manage")
def add_type() -> ResponseReturnValue:
    def run() -> str:
        return write(add_lead_type, parse_fields(NewType, {"name": request.form.get("name", "")}).name)

    return _try(run, lambda _: _back_of_form(), _back_of_form())


@blueprint.post("/types/remove")
@permit("pipelines.manage")
def remove_type() -> ResponseReturnValue:
    back = _back_of_form()
    return _try(lambda: write(remove_lead_type, name_key(request.form.get("name", ""))), lambda _: back, back)


def _try(run: Callable[[], Any], there: Callable[[Any], str], back: str) -> ResponseReturnValue:
    """Do it and go there, or go back and say why not."""
    try:
        result = run()
    except (Invalid, Conflict) as error:
        if is_fragment():
            raise
        complain(_sentence(error))
        return redirect(back, 303)
    if is_fragment():
        return "", 204
    say(_("Saved"))
    return redirect(there(result), 303)


def _sentence(error: CrmError) -> str:
    leads = error.extra.get("leads") if isinstance(error, Conflict) else None
    if leads:
        return str(_("%(count)s leads are in it. Choose the stage that shall take them.", count=leads))
    return error.message


def _stage_given() -> dict[str, object]:
    form = request.form
    kind = form.get("kind", "open")
    given: dict[str, object] = {
        "name": form.get("name", ""),
        "colour": form.get("colour", ""),
        "kind": kind,
        "stale_days": number_from(form.get("stale_days", ""), "stale_days") if kind == "open" else None,
    }
    if kind == "open":
        given["probability"] = number_from(form.get("probability", ""), "probability") or 0
    return given


def _move_to() -> int | None:
    return number_from(request.form.get("move_to", ""), "move_to")


def _here(pipeline_id: int) -> str:
    return url_for("pipelines.show", pipeline_id=pipeline_id)


def _back_of_form() -> str:
    pipeline_id = number_from(request.form.get("pipeline_id", ""), "pipeline_id")
    return url_for("pipelines.show", pipeline_id=pipeline_id)


def _read_pipelines(
    tx: Transaction, pipeline_id: int | None
) -> tuple[list[Pipeline], Pipeline, list[str], dict[int, int]]:
    chosen = default_pipeline(tx) if pipeline_id is None else live_pipeline(tx, pipeline_id)
    counts = count_by_stage(tx, chosen.id)
    return list_pipelines(tx), chosen, list_lead_types(tx), counts
