"""/f/: web forms as strangers see and send them. No cookie is set, as sites of others show them."""

import secrets
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm import clock
from crm.accounts.workspaces import Workspace, get_workspace
from crm.attribution.marks import read_marks
from crm.db.actor import SYSTEM, Actor
from crm.db.transaction import Transaction
from crm.errors import CrmError, NotFound
from crm.web.auth import accepts_answers, from_any_site, public
from crm.web.errors import Malformed, headers_of, status_of
from crm.web.pages.web_forms.drawing import drawn_questions
from crm.web.pages.web_forms.receiving import receive
from crm.web.pages.web_forms.refusing import answer_data, labels_of, typed_again
from crm.web.pages.web_forms.sending import TRAP, wants_data
from crm.web.requests.forms import refusal
from crm.web.requests.limits import spend_submission
from crm.web.requests.public_address import public_link
from crm.web.responses.headers import framed_by
from crm.web.responses.public_pages import keep_private
from crm.web.sessions.identity import database
from crm.web.whatsapp import vault
from crm.web_forms.confirmations import confirm_submission, find_unconfirmed
from crm.web_forms.questions import ShownQuestion, shown_questions
from crm.web_forms.web_form import WebForm, open_web_form

blueprint = Blueprint("public_forms", __name__, url_prefix="/f")
blueprint.after_request(keep_private)


@blueprint.after_request
def admit_sites(response: Response) -> Response:
    """The sites of the form may show it in a frame, load its script, and read what it answers."""
    sites: list[str] = g.get("sites_of_form", [])
    response.headers.update(framed_by(sites))
    response.headers.add("Vary", "Origin")
    if request.headers.get("Origin", "").lower() in sites:
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return response


@blueprint.get("/<token>", provide_automatic_options=False)
@public
def show(token: str) -> ResponseReturnValue:
    try:
        found = _open(token)
    except NotFound as error:
        return _closed(error)
    return _render(token, *found)


@blueprint.get("/<token>.js")
@public
def show_script(token: str) -> ResponseReturnValue:
    """What a site's script tag loads: it draws the form where the tag stands."""
    form, questions, _workspace = _open(token)
    described = {
        "heading": form.heading,
        "intro": form.intro,
        "consent": form.consent_text,
        "button": form.button or _("Send"),
        "failed": _("It could not be sent. Please try again."),
        "sites": form.sites,
        "elsewhere": _("This form cannot be sent from this site."),
        "open": _("Open the form"),
        "questions": [asdict(each) for each in drawn_questions(questions)],
        **_drawn(token),
    }
    script = render_template("web_forms/embed.js", described=described)
    return Response(script, content_type="text/javascript; charset=utf-8")


@blueprint.route("/<token>", methods=["OPTIONS"])
@public
def tell_sites(token: str) -> ResponseReturnValue:
    """What a browser asks before it sends JSON from another site."""
    _open(token)
    allowed = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
        "Allow": "GET, HEAD, OPTIONS, POST",
    }
    return "", 204, allowed


@blueprint.post("/<token>", provide_automatic_options=False)
@public
@accepts_answers
@from_any_site
def take(token: str) -> ResponseReturnValue:
    """A page for who sent a form, JSON for a script."""
    try:
        form, questions, workspace = _open(token)
        with spend_submission(form.token):
            receive(form, questions, _system())
    except NotFound as error:
        return answer_data(error) if wants_data() else _closed(error)
    except CrmError as error:
        if wants_data() or isinstance(error, Malformed):
            return answer_data(error, labels_of(drawn_questions(questions)))
        shown = _render(token, form, questions, workspace, error)
        return make_response(shown, status_of(error), headers_of(error))
    if wants_data():
        said = {"received": True, "thanks": _thanks(form, workspace), "redirect": form.thanks_url}
        return jsonify({"data": said})
    return redirect(form.thanks_url or url_for("public_forms.thank", token=token), 303)


@blueprint.get("/<token>/thanks")
@public
def thank(token: str) -> ResponseReturnValue:
    try:
        form, _questions, workspace = _open(token)
    except NotFound as error:
        return _closed(error)
    return render_template("web_forms/thanks.html", said=_thanks(form, workspace), workspace=workspace)


@blueprint.get("/confirm/<id:submission_id>/<mark>")
@public
def ask(submission_id: int, mark: str) -> ResponseReturnValue:
    """Only the button confirms: programs that look at e-mails follow their links."""
    try:
        database().read(find_unconfirmed, _system(), vault(), submission_id, mark)
    except NotFound as error:
        return _closed(error)
    return render_template("web_forms/confirm.html", submission_id=submission_id, mark=mark)


@blueprint.post("/confirm/<id:submission_id>/<mark>")
@public
@from_any_site
def confirm(submission_id: int, mark: str) -> ResponseReturnValue:
    try:
        form = database().write(confirm_submission, _system(), vault(), submission_id, mark)
    except NotFound as error:
        return _closed(error)
    if form.thanks_url:
        return redirect(form.thanks_url, 303)
    return render_template("web_forms/thanks.html", said=_("Thank you. Your message is confirmed."))


def _open(token: str) -> tuple[WebForm, list[ShownQuestion], Workspace]:
    """Raises NotFound."""
    form, questions, workspace = database().read(_read_form, _system(), token)
    g.sites_of_form = form.sites
    return form, questions, workspace


def _read_form(tx: Transaction, token: str) -> tuple[WebForm, list[ShownQuestion], Workspace]:
    inside, form = open_web_form(tx, token)
    return form, shown_questions(inside, form), get_workspace(inside)


def _drawn(token: str) -> dict[str, Any]:
    """What each drawing of the form has of its own."""
    here = url_for("public_forms.take", token=token)
    return {
        "action": public_link("public_forms.take", token=token) or f"{request.host_url.rstrip('/')}{here}",
        "key": secrets.token_hex(16),
        "began": clock.timestamp(),
        "trap": TRAP,
    }


def _render(
    token: str,
    form: WebForm,
    questions: list[ShownQuestion],
    workspace: Workspace,
    error: CrmError | None = None,
) -> str:
    """What was typed stays, and so does the key by which a repeat is known."""
    own = {**_drawn(token), "action": url_for("public_forms.take", token=token)}
    typed, drawn = typed_again(error), drawn_questions(questions)
    labels = labels_of(drawn)
    if typed is not None:
        own |= {name: typed[name] for name in ("key", "began") if name in typed}
    return render_template(
        "web_forms/form.html",
        form=form,
        questions=drawn,
        has_files=form.files is not None,
        labels=labels,
        workspace=workspace,
        typed=typed,
        marks=read_marks((typed or request.args).to_dict()),
        **own,
        **refusal(error, labels),
    )


def _thanks(form: WebForm, workspace: Workspace) -> str:
    if form.double_opt_in:
        usual = _("Thank you. We have sent you an e-mail: please follow the link in it.")
    else:
        usual = _("Thank you. %(name)s has your message and will answer it.", name=workspace.name)
    return form.thanks_text or usual


def _system() -> Actor:
    return Actor(SYSTEM.workspace_id, SYSTEM.user_id, g.request_id)


def _closed(error: NotFound) -> ResponseReturnValue:
    return make_response(render_template("web_forms/closed.html", said=error.message), 404)
