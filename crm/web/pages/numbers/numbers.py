"""Settings → Numbers: how records are numbered, and what became of each number."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from crm.errors import CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.numbers.checking import check_numbers
from crm.numbers.formats import LONGEST_NUMBER
from crm.numbers.register import list_issued
from crm.numbers.series import Series, SeriesChanges, change_series, get_series, list_series
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.kinds.known import known_words
from crm.web.kinds.numbers import RESETS, SERIES_NAMES
from crm.web.records.entries import NUMBER, TEXT, base_of, changed_entries, given_values, texts_of
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.reading import query, read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import say

blueprint = Blueprint("numbers", __name__, url_prefix="/settings/numbers")

ENTRIES = {"format": TEXT, "reset": TEXT, "start": NUMBER}


class RegisterAddress(BaseModel):
    """`q` looks for one number, `after` is the cursor of a page."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=LONGEST_NUMBER)
    after: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("numbers.read")
def show_series() -> str:
    return render_template("numbers/list.html", series=read(list_series), names=SERIES_NAMES, resets=RESETS)


@blueprint.get("/<series>")
@permit("numbers.read")
def show(series: str) -> str:
    found = read(get_series, series)
    return _render(found, _texts_of(found))


@blueprint.post("/<series>")
@permit("numbers.manage")
def save(series: str) -> ResponseReturnValue:
    old = read(get_series, series)
    try:
        given = given_values(ENTRIES, changed_entries(ENTRIES, _texts_of(old)))
        write(change_series, series, parse_fields(SeriesChanges, given), expected_version=form_version())
    except Stale:
        return _show_both(read(get_series, series))
    except Invalid as error:
        return _render(old, request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("numbers.show", series=series), 303)


def _texts_of(series: Series) -> dict[str, str]:
    return texts_of(ENTRIES, asdict(series))


def _render(series: Series, values: Mapping[str, str], error: CrmError | None = None) -> str:
    asked = query(RegisterAddress)
    number = asked.q.strip() if asked.q else None
    report = read(check_numbers, (series.kind,))
    return render_template(
        "numbers/series.html",
        series=series,
        name=SERIES_NAMES[series.kind],
        resets=list(RESETS.items()),
        values=values,
        version=request.form.get("version", series.version) if error else series.version,
        base=base_of(_texts_of(series)),
        issued=read(list_issued, series.kind, number=number, cursor=asked.after),
        faults=len(report.faults),
        findings=[worded(found.message) for found in report.findings],
        asked=asked,
        address_of=_address_of,
        **refusal(error),
    )


def _address_of(subject: str, subject_id: int) -> str | None:
    words = known_words().by_name.get(subject)
    return words.address_of(subject_id) if words is not None and words.record is not None else None


def _show_both(series: Series) -> ResponseReturnValue:
    here = url_for("numbers.show", series=series.kind)
    return show_stale(
        ENTRIES,
        _texts_of(series),
        name=str(SERIES_NAMES[series.kind]),
        version=series.version,
        action=here,
        back=here,
        trail=[(_("Numbers"), url_for("numbers.show_series"))],
    )
