"""Settings: after how long records are erased by rule, and what that would erase now."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.workspaces import get_workspace
from crm.appliance.retention import MOST_COUNTED, Retention, change_retention, foresee, get_retention
from crm.errors import CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_words
from crm.web.requests.forms import form_version, number_from, refusal, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say

blueprint = Blueprint("retention", __name__, url_prefix="/settings/retention")
RULES = tuple(Retention.model_fields)


@blueprint.get("")
@permit("clients.erase")
def show() -> str:
    rules = read(get_retention)
    return _render(rules, _as_texts(rules))


@blueprint.post("")
@permit("clients.erase")
def save() -> ResponseReturnValue:
    """Rules that were not shown yet are shown first, with what they would erase."""
    try:
        wanted = parse_fields(Retention, {name: number_from(typed(name), name) for name in RULES})
    except Invalid as error:
        return _render(read(get_retention), request.form, error), status_of(error)
    if "confirmed" not in request.form and any(wanted.model_dump().values()):
        return _render(wanted, _as_texts(wanted), asks=True)
    try:
        write(change_retention, wanted, expected_version=form_version())
    except Stale as error:
        return _render(read(get_retention), _as_texts(read(get_retention)), error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("retention.show"), 303)


def _as_texts(rules: Retention) -> dict[str, str]:
    return {name: "" if days is None else str(days) for name, days in rules.model_dump().items()}


def _render(
    rules: Retention, values: Mapping[str, str], error: CrmError | None = None, *, asks: bool = False
) -> str:
    return render_template(
        "settings/retention.html",
        values=values,
        version=request.form.get("version") or read(get_workspace).version,
        foreseen=read(foresee, rules),
        asks=asks,
        most=MOST_COUNTED,
        words=known_words().by_name,
        **refusal(error),
    )
