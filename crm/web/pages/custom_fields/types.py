"""Settings: another type for a custom field, with what becomes of its values before they change."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.workspaces import get_workspace
from crm.custom_fields.conversion import convert_custom_field, preview_conversion
from crm.custom_fields.conversions import (
    Conversion,
    begin_conversion,
    cancel_conversion,
    confirm_conversion,
    find_conversion,
)
from crm.custom_fields.custom_field import CustomField, get_custom_field
from crm.custom_fields.field_types import TYPES
from crm.custom_fields.fields import ConversionFields
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.requests.forms import form_version, refusal, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.words.choices import currency_choices
from crm.web.words.custom_fields import TYPE_NAMES

blueprint = Blueprint("custom_field_type", __name__, url_prefix="/settings/custom-fields/<id:field_id>/type")


@blueprint.get("")
@permit("custom_fields.manage")
def show(field_id: int) -> ResponseReturnValue:
    """The choice of a type; once one is chosen, how many values fit it."""
    field = read(get_custom_field, field_id)
    under_way = read(find_conversion, field_id)
    if under_way is not None:
        return _render_progress(field, under_way)
    if "HX-Request" in request.headers:  # what it asked about has ended
        return "", {"HX-Redirect": url_for("custom_fields.show_field", field_id=field.id)}
    if "field_type" not in request.args:
        return _render(field)
    asked = {"field_type": request.args["field_type"]}
    if request.args.get("currency") and asked["field_type"] == "money":
        asked["currency"] = request.args["currency"]
    try:
        return _render(field, read(preview_conversion, field_id, parse_fields(ConversionFields, asked)))
    except (Invalid, Conflict) as error:
        return _render(field, error=error), status_of(error)


@blueprint.post("")
@permit("custom_fields.manage")
def convert(field_id: int) -> ResponseReturnValue:
    field = read(get_custom_field, field_id)
    given: dict[str, Any] = {"field_type": typed("field_type"), "empty_unfit": typed("empty_unfit") == "1"}
    if typed("currency") and given["field_type"] == "money":
        given["currency"] = typed("currency")
    try:
        asked = parse_fields(ConversionFields, given)
        if typed("in_background") == "1":
            write(begin_conversion, field_id, asked, expected_version=form_version())
            return redirect(url_for("custom_field_type.show", field_id=field.id), 303)
        write(convert_custom_field, field_id, asked, expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
        return redirect(url_for("custom_field_type.show", field_id=field_id), 303)
    except (Invalid, Conflict) as error:
        unfit = isinstance(error, Conflict) and "unfit" in error.extra
        preview = read(preview_conversion, field_id, asked) if unfit else None
        return _render(field, preview, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("custom_fields.show_field", field_id=field.id), 303)


@blueprint.post("/confirm")
@permit("custom_fields.manage")
def confirm(field_id: int) -> ResponseReturnValue:
    """What does not fit is emptied."""
    return _answered(confirm_conversion, field_id)


@blueprint.post("/cancel")
@permit("custom_fields.manage")
def cancel(field_id: int) -> ResponseReturnValue:
    return _answered(cancel_conversion, field_id)


def _answered(answer: Callable[[Transaction, int], object], field_id: int) -> ResponseReturnValue:
    try:
        write(answer, field_id)
    except Conflict as error:
        complain(worded(error.message))
    return redirect(url_for("custom_field_type.show", field_id=field_id), 303)


def _render_progress(field: CustomField, under_way: Conversion) -> str:
    return render_template(
        "custom_fields/conversion.html",
        field=field,
        conversion=under_way,
        unfit=[(str(each.value), worded(each.reason)) for each in under_way.examples],
        reason=worded(under_way.reason) if under_way.reason else "",
        type_names=TYPE_NAMES,
        works=under_way.state in {"converting", "cleaning", "cancelling"},
    )


def _render(field: CustomField, preview: Any = None, error: CrmError | None = None) -> str:
    currency = request.values.get("currency") or field.currency or read(get_workspace).currency
    return render_template(
        "custom_fields/type.html",
        field=field,
        preview=preview,
        unfit=[(str(each.value), worded(each.reason)) for each in preview.examples] if preview else [],
        currency=currency,
        types=[(name, str(TYPE_NAMES[name])) for name in TYPES if name != field.field_type],
        type_names=TYPE_NAMES,
        currencies=currency_choices(currency),
        chosen=request.values.get("field_type", ""),
        **refusal(error),
    )
