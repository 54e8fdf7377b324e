"""The editor of pipelines, stages and lead types."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from crm.db.transaction import Transaction
from crm.fields import MAX_ID, Fields, name_key, parse_fields
from crm.leads.emptying import count_by_stage
from crm.leads.fields import TypeName
from crm.leads.kind import PIPELINE
from crm.leads.lead_types import (
    FIRST_TYPES,
    add_lead_type,
    list_lead_types,
    list_removed_types,
    remove_lead_type,
    restore_lead_type,
)
from crm.leads.pipeline import (
    Pipeline,
    deleted_pipelines,
    deleted_stages,
    get_default_pipeline,
    get_pipeline,
    list_pipelines,
)
from crm.leads.pipelines import change_pipeline, create_pipeline
from crm.leads.stage_fields import PipelineChanges, PipelineFields
from crm.web.auth import permit
from crm.web.pages.pipelines.editor import (
    attempt,
    editor_of,
    move_to,
    moved_leads,
    refuse,
    show_both_in_editor,
)
from crm.web.records.entries import (
    NUMBER,
    TEXT,
    TICK,
    Entries,
    base_of,
    changed_entries,
    given_values,
    texts_of,
)
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.forms import form_version, number_from, sent_version
from crm.web.requests.page_address import Address
from crm.web.requests.reading import query, read, write
from crm.web.responses.toasts import say

blueprint = Blueprint("pipelines", __name__)

EDITOR = "/settings/pipelines"
ENTRIES = {"name": TEXT, "is_default": TICK}
STAGE_ENTRIES = {
    "name": TEXT, "colour": TEXT, "kind": TEXT, "probability": NUMBER, "stale_days": NUMBER,
}  # fmt: skip

COLOURS = (
    "#7c8a86", "#3b82c4", "#2a9d8f", "#2f9e5b", "#8b6fc9", "#c2569b", "#cf4b3f", "#d9763a", "#c98a1b",
)  # fmt: skip


class PipelineAddress(Address):
    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)


class NewType(Fields):
    name: TypeName


@blueprint.get("/pipelines")
@permit("pipelines.read")
def show_plain() -> ResponseReturnValue:
    return redirect(url_for("pipelines.show"))


@blueprint.get(EDITOR)
@permit("pipelines.read")
def show() -> str:
    wanted = query(PipelineAddress)
    return render_template(
        "pipelines/pipelines.html",
        first_types=FIRST_TYPES,
        colours=COLOURS,
        **read(_read_pipelines, wanted.pipeline_id),
    )


@blueprint.post(EDITOR)
@permit("pipelines.manage")
def create() -> ResponseReturnValue:
    def run() -> str:
        fields = parse_fields(PipelineFields, {"name": request.form.get("name", "")})
        made = write(create_pipeline, fields)
        say(_("Saved"))
        return editor_of(made.id)

    return attempt(run, editor_of(None))


@blueprint.post(EDITOR + "/<id:pipeline_id>")
@permit("pipelines.manage")
def change(pipeline_id: int) -> ResponseReturnValue:
    entries = _entries(read(get_pipeline, pipeline_id))

    def run() -> None:
        held = texts_of(entries, asdict(read(get_pipeline, pipeline_id)))
        given = given_values(entries, changed_entries(entries, held))
        version = form_version()
        write(change_pipeline, pipeline_id, parse_fields(PipelineChanges, given), expected_version=version)
        say(_("Saved"))

    return attempt(run, editor_of(pipeline_id), lambda: _show_both(read(get_pipeline, pipeline_id)))


def _entries(pipeline: Pipeline) -> Entries:
    """There is always a default pipeline: it can be chosen, not cleared."""
    return ENTRIES if not pipeline.is_default and pipeline.archived_at is None else {"name": TEXT}


def _show_both(pipeline: Pipeline) -> ResponseReturnValue:
    entries = _entries(pipeline)
    return show_both_in_editor(pipeline.id, pipeline, entries, texts_of(entries, asdict(pipeline)))


@blueprint.post(EDITOR + "/<id:pipeline_id>/archive")
@permit("pipelines.manage")
def archive(pipeline_id: int) -> ResponseReturnValue:
    """Archive the pipeline, or with `archived=0` use it again."""
    archived = request.form.get("archived") != "0"

    def run() -> None:
        changes = PipelineChanges(archived=archived)
        version = sent_version()
        pipeline = write(change_pipeline, pipeline_id, changes, expected_version=version, move_to=move_to())
        said = _("%(name)s was archived.") if archived else _("%(name)s was unarchived.")
        say(said % {"name": pipeline.name})

    return attempt(run, editor_of(pipeline_id))


@blueprint.post(EDITOR + "/types")
@permit("pipelines.manage")
def add_type() -> ResponseReturnValue:
    def run() -> None:
        write(add_lead_type, parse_fields(NewType, {"name": request.form.get("name", "")}).name)
        say(_("Saved"))

    return attempt(run, _back_of_form())


@blueprint.post(EDITOR + "/types/remove")
@permit("pipelines.manage")
def remove_type() -> ResponseReturnValue:
    def run() -> None:
        write(remove_lead_type, name_key(request.form.get("name", "")))
        say(_("Saved"))

    return attempt(run, _back_of_form())


@blueprint.post(EDITOR + "/types/restore")
@permit("pipelines.manage")
def restore_type() -> ResponseReturnValue:
    def run() -> None:
        write(restore_lead_type, name_key(request.form.get("name", "")))
        say(_("Restored"))

    return attempt(run, _back_of_form())


add_removal(
    blueprint,
    Removal(
        kind=PIPELINE,
        after=lambda _pipeline: editor_of(None),
        at=lambda pipeline: editor_of(pipeline.id),
        version=sent_version,
        choices=moved_leads,
        refuse_back=lambda _id, error: refuse(error, editor_of(None)),
    ),
    EDITOR + "/<id:pipeline_id>",
    PIPELINE.may("manage"),
)


def _back_of_form() -> str:
    return editor_of(number_from(request.form.get("pipeline_id", ""), "pipeline_id"))


def _read_pipelines(tx: Transaction, pipeline_id: int | None) -> dict[str, Any]:
    chosen = get_default_pipeline(tx) if pipeline_id is None else get_pipeline(tx, pipeline_id)
    return {
        "chosen": chosen,
        "pipelines": list_pipelines(tx),
        "gone_pipelines": deleted_pipelines(tx),
        "gone_stages": deleted_stages(tx, chosen.id),
        "types": list_lead_types(tx),
        "gone_types": list_removed_types(tx),
        "counts": count_by_stage(tx, chosen.id),
        "bases": {
            "pipeline": base_of(texts_of(ENTRIES, asdict(chosen))),
            **{stage.id: base_of(texts_of(STAGE_ENTRIES, asdict(stage))) for stage in chosen.stages},
        },
    }
