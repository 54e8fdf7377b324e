"""Settings: web forms, how they are built, and how a site shows them."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.credentials import new_secret
from crm.accounts.users import list_users
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.leads.pipeline import list_pipelines
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.pages.web_forms.asking import ENTRIES, question_rows
from crm.web.pages.web_forms.drawing import GROUPS
from crm.web.records.entries import base_of, given_values, texts_of, typed_texts
from crm.web.requests.forms import form_version, refusal, sent_version
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web_forms.asked_files import MEGABYTE
from crm.web_forms.fields import MOST_FILES, NewWebForm, WebFormChanges
from crm.web_forms.submission import list_submissions
from crm.web_forms.trash import delete_web_form, restore_web_form
from crm.web_forms.web_form import FACTS, WebForm, get_web_form, list_web_forms
from crm.web_forms.web_forms import change_web_form, create_web_form, web_form_facts

blueprint = Blueprint("web_forms", __name__, url_prefix="/settings/forms")

NEWEST = 20
AT_FIRST = {
    "asked": '[{"name":"name","label":null,"required":true},{"name":"email","label":null,"required":true},'
    '{"name":"message","label":null,"required":false}]',
    "consent_purposes": "service",
    "active": "1",
}


@blueprint.get("")
@permit("web_forms.read")
def show_forms() -> str:
    return render_template(
        "web_forms/list.html", forms=read(list_web_forms), deleted=read(list_web_forms, deleted=True)
    )


@blueprint.get("/new")
@permit("web_forms.manage")
def show_new() -> str:
    return _render_form(None, AT_FIRST)


@blueprint.post("/new")
@permit("web_forms.manage")
def create() -> ResponseReturnValue:
    try:
        fields = parse_fields(NewWebForm, given_values(ENTRIES, set(FACTS) - {"active"}))
        made = write(create_web_form, fields, new_secret())
    except (Invalid, Conflict) as error:
        return _render_form(None, typed_texts(ENTRIES), error), status_of(error)
    say(_("Saved. Now put it on your site."))
    return redirect(url_for("web_forms.show", form_id=made.id), 303)


@blueprint.get("/<id:form_id>")
@permit("web_forms.read")
def show(form_id: int) -> str:
    form = read(get_web_form, form_id)
    link = public_link("public_forms.show", token=form.token)
    return render_template(
        "web_forms/web_form.html",
        form=form,
        link=link or f"{request.host_url.rstrip('/')}{url_for('public_forms.show', token=form.token)}",
        is_public=link is not None,
        submissions=read(list_submissions, form_id, limit=NEWEST),
    )


@blueprint.get("/<id:form_id>/edit")
@permit("web_forms.manage")
def show_edit(form_id: int) -> str:
    return _render_form(read(get_web_form, form_id), _texts_of(form_id))


@blueprint.post("/<id:form_id>/edit")
@permit("web_forms.manage")
def change(form_id: int) -> ResponseReturnValue:
    form = read(get_web_form, form_id)
    try:
        changes = parse_fields(WebFormChanges, given_values(ENTRIES, FACTS))
        write(change_web_form, form_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_web_form, form_id))
    except Invalid as error:
        return _render_form(form, typed_texts(ENTRIES), error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("web_forms.show", form_id=form_id), 303)


@blueprint.post("/<id:form_id>/delete")
@permit("web_forms.manage")
def delete(form_id: int) -> ResponseReturnValue:
    write(delete_web_form, form_id, expected_version=sent_version())
    say(_("Deleted. Nobody sees the form any more."))
    return redirect(url_for("web_forms.show_forms"), 303)


@blueprint.post("/<id:form_id>/restore")
@permit("web_forms.manage")
def restore(form_id: int) -> ResponseReturnValue:
    try:
        write(restore_web_form, form_id)
    except Conflict as error:
        complain(worded(error.message))
        return redirect(url_for("web_forms.show_forms"), 303)
    say(_("Restored"))
    return redirect(url_for("web_forms.show", form_id=form_id), 303)


def _texts_of(form_id: int) -> dict[str, str]:
    return texts_of(ENTRIES, read(web_form_facts, form_id))


def _show_both(form: WebForm) -> ResponseReturnValue:
    return show_stale(
        ENTRIES,
        _texts_of(form.id),
        name=form.name,
        version=form.version,
        action=request.script_root + request.path,
        back=url_for("web_forms.show", form_id=form.id),
        trail=[(_("Web forms"), url_for("web_forms.show_forms"))],
    )


def _render_form(form: WebForm | None, values: Mapping[str, Any], error: CrmError | None = None) -> str:
    users = [user for user in read(list_users) if user.disabled_at is None]
    return render_template(
        "web_forms/builder.html",
        form=form,
        values=values,
        base=base_of(_texts_of(form.id)) if form else "",
        rows=question_rows(values.get("asked", "[]")),
        groups=GROUPS,
        most_files=MOST_FILES,
        largest_upload=int(current_app.extensions["holdfast.upload_bytes"]) // MEGABYTE,
        pipelines=[(each.id, each.name) for each in read(list_pipelines) if each.archived_at is None],
        users=[(str(user.id), user.name) for user in users],
        **refusal(error),
    )
