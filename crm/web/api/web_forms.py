"""/api/web-forms: forms for sites, and what was sent by them."""

from flask import Blueprint, Response, url_for

from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.idempotency import answer_once, secret_of_answer
from crm.web.lists.paging import DeletedQuery, PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.downloads import send_content
from crm.web_forms.fields import NewWebForm, WebFormChanges
from crm.web_forms.kept_files import get_sent_file
from crm.web_forms.submission import (
    State,
    Submission,
    accept_submission,
    discard_submission,
    get_submission,
    list_submissions,
)
from crm.web_forms.trash import delete_web_form, restore_web_form
from crm.web_forms.web_form import WebForm, get_web_form, list_web_forms
from crm.web_forms.web_forms import change_web_form, create_web_form

blueprint = Blueprint("api_web_forms", __name__, url_prefix="/api/web-forms")


class WebFormQuery(PageQuery, DeletedQuery):
    """`deleted=true` asks for those that were deleted and can be restored."""


class SubmissionQuery(PageQuery):
    """`state`: one that is suspicious or failed waits for a person to accept or discard it."""

    state: State | None = None


@blueprint.get("")
@permit("web_forms.read")
@contract(query=WebFormQuery, result=WebForm, many=True)
def list_all() -> Response:
    """List the web forms, newest first"""
    wanted = query(WebFormQuery)
    return answers.page(short_page(read(list_web_forms, deleted=wanted.deleted), wanted))


@blueprint.post("")
@permit("web_forms.manage")
@contract(body=NewWebForm, result=WebForm, status=201, refusals=(409,))
def create() -> Response:
    """Create a web form; strangers see it at `/f/{token}`"""
    fields, token = json_body(NewWebForm), secret_of_answer()

    def operation(tx: Transaction) -> WebForm:
        return create_web_form(tx, fields, token)

    return answer_once(operation, _created)


@blueprint.get("/<id:form_id>")
@permit("web_forms.read")
@contract(result=WebForm)
def get(form_id: int) -> Response:
    """Get a web form"""
    return _answer(read(get_web_form, form_id))


@blueprint.patch("/<id:form_id>")
@permit("web_forms.manage")
@contract(body=WebFormChanges, result=WebForm, refusals=(412,))
def patch(form_id: int) -> Response:
    """Change a web form, or switch it off or on"""
    changes, version = json_body(WebFormChanges), expected_version()
    return _answer(write(change_web_form, form_id, changes, expected_version=version))


@blueprint.delete("/<id:form_id>")
@permit("web_forms.manage")
@contract(status=204, refusals=(412,))
def delete(form_id: int) -> Response:
    """Delete a web form; it can be restored"""
    write(delete_web_form, form_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:form_id>/restore")
@permit("web_forms.manage")
@contract(result=WebForm, refusals=(409,))
def restore(form_id: int) -> Response:
    """Restore a deleted web form, at its former address"""
    return answer_once(lambda tx: restore_web_form(tx, form_id), _answer)


@blueprint.get("/<id:form_id>/submissions")
@permit("web_forms.read")
@contract(query=SubmissionQuery, result=Submission, many=True)
def list_sent(form_id: int) -> Response:
    """List what was sent by a web form, newest first"""
    wanted = query(SubmissionQuery)
    found = read(list_submissions, form_id, state=wanted.state, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/<id:form_id>/submissions/<id:submission_id>")
@permit("web_forms.read")
@contract(result=Submission)
def get_sent(form_id: int, submission_id: int) -> Response:
    """Get a submission as it was sent, with the lead that was made of it"""
    return answers.data(read(get_submission, form_id, submission_id))


@blueprint.get("/<id:form_id>/submissions/<id:submission_id>/files/<id:file_id>")
@permit("web_forms.read")
@contract(content=("application/octet-stream",), refusals=(416,))
def get_sent_content(form_id: int, submission_id: int, file_id: int) -> Response:
    """Download a file that came with a submission, also once it hangs on the lead"""
    read(get_submission, form_id, submission_id)
    return send_content(*read(get_sent_file, submission_id, file_id), download=True)


@blueprint.post("/<id:form_id>/submissions/<id:submission_id>/accept")
@permit("web_forms.accept")
@contract(result=Submission, refusals=(409,))
def accept(form_id: int, submission_id: int) -> Response:
    """Let a lead be made of a submission that is suspicious, failed, discarded or not confirmed"""
    return answer_once(lambda tx: accept_submission(tx, form_id, submission_id), answers.data)


@blueprint.post("/<id:form_id>/submissions/<id:submission_id>/discard")
@permit("web_forms.accept")
@contract(result=Submission, refusals=(409,))
def discard(form_id: int, submission_id: int) -> Response:
    """Discard a submission; it is kept for 30 days"""
    return answer_once(lambda tx: discard_submission(tx, form_id, submission_id), answers.data)


def _created(form: WebForm) -> Response:
    location = url_for("api_web_forms.get", form_id=form.id)
    return answers.created(form, location, version=form.version)


def _answer(form: WebForm) -> Response:
    return answers.data(form, version=form.version)
