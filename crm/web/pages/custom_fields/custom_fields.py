"""Settings: the fields that a workspace adds to its records."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.workspaces import get_workspace
from crm.custom_fields.custom_field import CustomField, get_custom_field, list_removed_fields
from crm.custom_fields.custom_fields import (
    change_custom_field,
    check_kind,
    create_custom_field,
    list_custom_fields,
)
from crm.custom_fields.field_types import TYPES
from crm.custom_fields.fields import CustomFieldChanges, NewCustomField
from crm.custom_fields.removal import purge_custom_field, remove_custom_field, restore_custom_field
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_kinds, known_words
from crm.web.pages.custom_fields.defaults import default_of, default_text
from crm.web.records.entries import TEXT, TICK
from crm.web.requests.forms import form_version, number_from, refusal, sent_version, typed
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.words.choices import currency_choices
from crm.web.words.custom_fields import TYPE_NAMES

blueprint = Blueprint("custom_fields", __name__, url_prefix="/settings/custom-fields")

TEXTS = ("label", "group", "help", "currency", "default")
SWITCHES = ("required", "unique", "on_card")


@blueprint.get("")
@permit("custom_fields.manage")
def show_fields() -> str:
    kind = _asked_kind()
    return render_template(
        "custom_fields/list.html",
        kind=kind,
        kinds=_kinds(),
        fields=read(list_custom_fields, kind),
        removed=read(list_removed_fields, kind),
        type_names=TYPE_NAMES,
    )


@blueprint.get("/new")
@permit("custom_fields.manage")
def show_new() -> str:
    return _render(None, {"field_type": "text"}, kind=_asked_kind())


@blueprint.post("/new")
@permit("custom_fields.manage")
def create() -> ResponseReturnValue:
    given = _given() | {"kind": typed("kind"), "field_type": typed("field_type")}
    try:
        field = write(create_custom_field, parse_fields(NewCustomField, given))
    except (Invalid, Conflict) as error:
        return _render(None, request.form, error, kind=typed("kind")), status_of(error)
    say(_("Saved"))
    return _back(field.kind)


@blueprint.get("/<id:field_id>")
@permit("custom_fields.manage")
def show_field(field_id: int) -> str:
    field = read(get_custom_field, field_id)
    return _render(field, _texts_of(field), kind=field.kind)


@blueprint.post("/<id:field_id>")
@permit("custom_fields.manage")
def update(field_id: int) -> ResponseReturnValue:
    field = read(get_custom_field, field_id)
    try:
        changes = parse_fields(CustomFieldChanges, _given(field))
        write(change_custom_field, field_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_custom_field, field_id))
    except (Invalid, Conflict) as error:
        return _render(field, request.form, error, kind=field.kind), status_of(error)
    say(_("Saved"))
    return _back(field.kind)


@blueprint.post("/<id:field_id>/move")
@permit("custom_fields.manage")
def move(field_id: int) -> ResponseReturnValue:
    """To the position that the form names."""
    field = read(get_custom_field, field_id)
    position = number_from(typed("position"), "position")
    write(change_custom_field, field_id, parse_fields(CustomFieldChanges, {"position": position}))
    return _back(field.kind)


@blueprint.post("/<id:field_id>/remove")
@permit("custom_fields.manage")
def remove(field_id: int) -> ResponseReturnValue:
    field = read(get_custom_field, field_id)
    write(remove_custom_field, field_id, expected_version=sent_version())
    say(_("Removed. Its values are kept until you purge it."))
    return _back(field.kind)


@blueprint.post("/<id:field_id>/restore")
@permit("custom_fields.manage")
def restore(field_id: int) -> ResponseReturnValue:
    try:
        field = write(restore_custom_field, field_id)
    except Conflict as error:
        complain(error.message)
        return redirect(url_for("custom_fields.show_fields"), 303)
    say(_("Restored"))
    return _back(field.kind)


@blueprint.post("/<id:field_id>/purge")
@permit("custom_fields.manage")
def purge(field_id: int) -> ResponseReturnValue:
    try:
        write(purge_custom_field, field_id)
    except Conflict as error:
        complain(error.message)
        return redirect(url_for("custom_fields.show_fields"), 303)
    say(_("Purged"))
    return redirect(url_for("custom_fields.show_fields"), 303)


def _asked_kind() -> str:
    """Raises Invalid for one without custom fields."""
    kind = request.args.get("kind") or next(iter(known_kinds().customized))
    read(check_kind, kind)
    return kind


def _kinds() -> list[tuple[str, str]]:
    return [(name, str(known_words().by_name[name].many)) for name in known_kinds().customized]


def _back(kind: str) -> ResponseReturnValue:
    return redirect(url_for("custom_fields.show_fields", kind=kind), 303)


def _given(field: CustomField | None = None) -> dict[str, Any]:
    """What the form says of a field; each choice that it has is a line of its own."""
    given: dict[str, Any] = {name: typed(name) or None for name in ("group", "help")}
    given |= {name: typed(name) == "1" for name in SWITCHES}
    given |= {"label": typed("label"), "choices": _choices(field)}
    if "default" in request.form:
        given["default"] = default_of(field.field_type if field else typed("field_type"), typed("default"))
    if typed("currency") and (field is None or field.field_type == "money"):
        given["currency"] = typed("currency")
    if field is None and typed("field_type") != "money":
        given.pop("currency", None)
    if field is not None and field.field_type not in {"choice", "multi_choice"}:
        given.pop("choices")
    if field is None and typed("field_type") not in {"choice", "multi_choice"}:
        given.pop("choices")
    return given


def _choices(field: CustomField | None) -> list[dict[str, str]]:
    held = [(choice.key, typed(f"choice.{choice.key}")) for choice in field.offered] if field else []
    kept = [{"key": key, "label": label} for key, label in held if label]
    return kept + [{"label": line.strip()} for line in typed("choices").splitlines() if line.strip()]


def _texts_of(field: CustomField) -> dict[str, str]:
    texts = {name: str(getattr(field, name) or "") for name in TEXTS} | {"default": default_text(field)}
    switches = {name: "1" if getattr(field, name) else "" for name in SWITCHES}
    choices = {f"choice.{choice.key}": choice.label for choice in field.offered}
    return {**texts, **switches, **choices, "field_type": field.field_type}


def _show_both(field: CustomField) -> ResponseReturnValue:
    choices = {f"choice.{choice.key}": choice.label for choice in field.offered}
    entries = dict.fromkeys([*TEXTS, *choices], TEXT) | dict.fromkeys(SWITCHES, TICK)
    return show_stale(
        entries,
        _texts_of(field),
        carried={"choices": typed("choices")},
        labels=dict.fromkeys(choices, _("Choice")),
        name=field.label,
        version=field.version,
        action=request.script_root + request.path,
        back=url_for("custom_fields.show_field", field_id=field.id),
        trail=[(_("Custom fields"), url_for("custom_fields.show_fields", kind=field.kind))],
    )


def _render(
    field: CustomField | None, values: Mapping[str, str], error: CrmError | None = None, *, kind: str
) -> str:
    words = known_words().by_name.get(kind)
    return render_template(
        "custom_fields/form.html",
        field=field,
        kind=kind,
        kind_name=words.many if words else kind,
        values=values,
        types=[(name, str(TYPE_NAMES[name])) for name in TYPES],
        told_apart=[name for name in TYPES if TYPES[name].told_apart],
        currencies=currency_choices(values.get("currency") or read(get_workspace).currency),
        **refusal(error),
    )
