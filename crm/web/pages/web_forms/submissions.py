"""Settings: what was sent by a web form; accepting, discarding, trying again."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from crm.errors import Conflict
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.pages.web_forms.drawing import USUAL
from crm.web.requests.reading import parse_address, read, write
from crm.web.responses.downloads import send_content
from crm.web.responses.toasts import complain, say
from crm.web_forms.kept_files import get_sent_file
from crm.web_forms.questions import askable
from crm.web_forms.submission import (
    ACCEPTED,
    DISCARDED,
    State,
    accept_submission,
    discard_submission,
    get_submission,
    list_submissions,
)
from crm.web_forms.web_form import WebForm, find_web_form, get_web_form

blueprint = Blueprint("web_form_submissions", __name__, url_prefix="/settings/forms/<id:form_id>/submissions")

PAGE = 50


class SubmissionsAddress(BaseModel):
    model_config = ConfigDict(extra="ignore")

    state: State | None = None
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("web_forms.read")
def show_submissions(form_id: int) -> str:
    given = {name: value for name, value in request.args.items() if value}
    wanted = parse_address(SubmissionsAddress, given)
    return render_template(
        "web_forms/submissions.html",
        form=_form(form_id),
        state=wanted.state,
        found=read(list_submissions, form_id, state=wanted.state, limit=PAGE, cursor=wanted.cursor),
    )


@blueprint.get("/<id:submission_id>")
@permit("web_forms.read")
def show_submission(form_id: int, submission_id: int) -> str:
    form = _form(form_id)
    submission = read(get_submission, form_id, submission_id)
    custom = {name: field.label for name, field in read(askable).items()}
    own = {each.name: each.label for each in form.asked if each.label}
    return render_template(
        "web_forms/submission.html",
        form=form,
        submission=submission,
        labels={**USUAL, **custom, **own},
        may_accept=submission.state in ACCEPTED and form.deleted_at is None,
        may_discard=submission.state in DISCARDED and form.deleted_at is None,
    )


@blueprint.get("/<id:submission_id>/files/<id:file_id>")
@permit("web_forms.read")
def download(form_id: int, submission_id: int, file_id: int) -> Response:
    """Never shown by the browser: a stranger sent it."""
    read(get_submission, form_id, submission_id)
    return send_content(*read(get_sent_file, submission_id, file_id), download=True)


@blueprint.post("/<id:submission_id>/accept")
@permit("web_forms.accept")
def accept(form_id: int, submission_id: int) -> ResponseReturnValue:
    try:
        write(accept_submission, form_id, submission_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(_("Accepted. It becomes a lead in a moment."))
    here = url_for("web_form_submissions.show_submission", form_id=form_id, submission_id=submission_id)
    return redirect(here, 303)


@blueprint.post("/<id:submission_id>/discard")
@permit("web_forms.accept")
def discard(form_id: int, submission_id: int) -> ResponseReturnValue:
    try:
        write(discard_submission, form_id, submission_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(_("Discarded. It is kept for 30 days."))
    return redirect(url_for("web_forms.show", form_id=form_id), 303)


def _form(form_id: int) -> WebForm:
    """Also one in the trash."""
    return read(find_web_form, form_id) or read(get_web_form, form_id)
