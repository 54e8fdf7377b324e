"""The templates of quotes: saved from a quote, removed and restored."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.documents.quote_template_fields import QuoteTemplateFields
from crm.documents.quote_templates import (
    list_quote_templates,
    list_removed_quote_templates,
    remove_quote_template,
    restore_quote_template,
    save_quote_template,
)
from crm.errors import Conflict, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.requests.forms import form_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of

blueprint = Blueprint("quote_templates", __name__, url_prefix="/quotes")


@blueprint.get("/templates")
@permit("quotes.write")
def show() -> str:
    return render_template(
        "quotes/templates.html",
        templates=read(list_quote_templates),
        removed=read(list_removed_quote_templates),
    )


@blueprint.post("/<id:quote_id>/template")
@permit("quotes.write")
def save(quote_id: int) -> ResponseReturnValue:
    given = {"name": request.form.get("name", ""), "quote_id": quote_id}
    here = url_for("quote_record.show", quote_id=quote_id)
    return _done(
        lambda: write(save_quote_template, parse_fields(QuoteTemplateFields, given)),
        _("Template saved."),
        here,
    )


@blueprint.post("/templates/<id:template_id>/remove")
@permit("quotes.write")
def remove(template_id: int) -> ResponseReturnValue:
    version = form_version()
    return _done(
        lambda: write(remove_quote_template, template_id, expected_version=version), _("Template removed.")
    )


@blueprint.post("/templates/<id:template_id>/restore")
@permit("quotes.write")
def restore(template_id: int) -> ResponseReturnValue:
    return _done(lambda: write(restore_quote_template, template_id), _("Template restored."))


def _done(operation: Callable[[], object], said: str, back: str | None = None) -> ResponseReturnValue:
    try:
        operation()
    except (Conflict, Invalid, Stale) as error:
        complain(sentence_of(error))
    else:
        say(said)
    return redirect(back or url_for("quote_templates.show"), 303)
