"""The stages in the pipelines' editor: created, changed, reordered, archived, deleted, restored."""

from dataclasses import asdict

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.errors import CrmError
from crm.fields import parse_fields
from crm.leads.kind import STAGE
from crm.leads.pipeline import Stage, get_stage
from crm.leads.stage_fields import StageChanges, StageFields
from crm.leads.stages import change_stage, create_stage
from crm.web.auth import permit
from crm.web.pages.pipelines.editor import (
    attempt,
    editor_of,
    move_to,
    moved_leads,
    refuse,
    show_both_in_editor,
)
from crm.web.pages.pipelines.pipelines import STAGE_ENTRIES
from crm.web.records.entries import changed_entries, texts_of
from crm.web.records.page import find_record
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.forms import form_version, number_from, sent_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say

blueprint = Blueprint("stages", __name__, url_prefix="/settings/pipelines")


@blueprint.post("/<id:pipeline_id>/stages")
@permit("pipelines.manage")
def create(pipeline_id: int) -> ResponseReturnValue:
    def run() -> None:
        write(create_stage, pipeline_id, parse_fields(StageFields, _given()))
        say(_("Saved"))

    return attempt(run, editor_of(pipeline_id))


@blueprint.post("/stages/<id:stage_id>")
@permit("pipelines.manage")
def update(stage_id: int) -> ResponseReturnValue:
    def run() -> None:
        version, given = form_version(), _given_anew(read(get_stage, stage_id))
        write(change_stage, stage_id, parse_fields(StageChanges, given), expected_version=version)
        say(_("Saved"))

    return attempt(run, _editor(stage_id), lambda: _show_both(read(get_stage, stage_id)))


@blueprint.post("/stages/<id:stage_id>/position")
@permit("pipelines.manage")
def place(stage_id: int) -> ResponseReturnValue:
    """Without a version: stages are put in order while others work."""

    def run() -> None:
        position = number_from(request.form.get("position", ""), "position")
        write(change_stage, stage_id, parse_fields(StageChanges, {"position": position}))

    answer = make_response(attempt(run, _editor(stage_id)))
    answer.set_etag(str(read(get_stage, stage_id).version))
    return answer


@blueprint.post("/stages/<id:stage_id>/archive")
@permit("pipelines.manage")
def archive(stage_id: int) -> ResponseReturnValue:
    """Archive the stage, or with `archived=0` use it again."""
    archived = request.form.get("archived") != "0"

    def run() -> None:
        stage = write(
            change_stage,
            stage_id,
            StageChanges(archived=archived),
            expected_version=sent_version(),
            move_to=move_to(),
        )
        said = _("%(name)s was archived.") if archived else _("%(name)s was unarchived.")
        say(said % {"name": stage.name})

    return attempt(run, _editor(stage_id))


def _refuse_back(stage_id: int, error: CrmError) -> ResponseReturnValue:
    return refuse(error, editor_of(read(find_record, STAGE, stage_id).pipeline_id))


add_removal(
    blueprint,
    Removal(
        kind=STAGE,
        after=lambda stage: editor_of(stage.pipeline_id),
        at=lambda stage: editor_of(stage.pipeline_id),
        version=sent_version,
        choices=moved_leads,
        refuse_back=_refuse_back,
    ),
    "/stages/<id:stage_id>",
    STAGE.may("manage"),
)


def _editor(stage_id: int) -> str:
    return editor_of(read(get_stage, stage_id).pipeline_id)


def _show_both(stage: Stage) -> ResponseReturnValue:
    return show_both_in_editor(
        stage.pipeline_id, stage, STAGE_ENTRIES, texts_of(STAGE_ENTRIES, asdict(stage))
    )


def _given_anew(stage: Stage) -> dict[str, object]:
    """What the form says otherwise than the stage; another kind brings all that hangs on it along."""
    changed = changed_entries(STAGE_ENTRIES, texts_of(STAGE_ENTRIES, asdict(stage)))
    return {name: value for name, value in _given().items() if name in changed or "kind" in changed}


def _given() -> dict[str, object]:
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
