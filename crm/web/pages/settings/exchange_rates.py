"""Settings: what other currencies are worth in the workspace's."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.campaigns.exchange_rates import (
    PLACES,
    ExchangeRates,
    ExchangeRatesFields,
    change_exchange_rates,
    get_exchange_rates,
)
from crm.errors import CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.requests.amounts import plain_number
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.words.formats import reader_formats

blueprint = Blueprint("exchange_rates", __name__, url_prefix="/settings/exchange-rates")
COLUMNS = ("currency", "first_day", "rate")
BLANK_ROWS = 3
Texts = dict[str, str]


@blueprint.get("")
@permit("campaigns.manage")
def show() -> str:
    known = read(get_exchange_rates)
    return _render(known, _texts_of(known))


@blueprint.post("")
@permit("campaigns.manage")
def save() -> ResponseReturnValue:
    """A row that was emptied is gone."""
    rows = [row for row in _typed_rows() if any(row.values())]
    given = {"rates": [_given(row) for row in rows]}
    try:
        fields = parse_fields(ExchangeRatesFields, given)
        write(change_exchange_rates, fields, expected_version=form_version())
    except Stale as error:
        known = read(get_exchange_rates)
        return _render(known, _texts_of(known), error), status_of(error)
    except Invalid as error:
        return _render(read(get_exchange_rates), rows, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("exchange_rates.show"), 303)


def _typed_rows() -> list[Texts]:
    rows: list[Texts] = []
    for place in count():
        if f"rates-{place}-currency" not in request.form:
            return rows
        rows.append({column: request.form.get(f"rates-{place}-{column}", "").strip() for column in COLUMNS})
    return rows


def _given(row: Texts) -> dict[str, Any]:
    return {**row, "currency": row["currency"].upper(), "rate": _typed_rate(row["rate"])}


def _typed_rate(text: str) -> str:
    """One mark begins the decimals, whichever it is: a rate has no thousands to be told apart."""
    if text.count(",") + text.count(".") == 1:
        return text.replace(",", ".")
    return plain_number(text, PLACES, reader_formats().decimal) if text else ""


def _texts_of(known: ExchangeRates) -> list[Texts]:
    return [
        {"currency": each.currency, "first_day": each.first_day, "rate": f"{Decimal(str(each.rate)):f}"}
        for each in known.rates
    ]


def _render(known: ExchangeRates, rows: list[Texts], error: CrmError | None = None) -> str:
    wrong = _errors_of(error)
    blank = dict.fromkeys(COLUMNS, "")
    return render_template(
        "settings/exchange_rates.html",
        known=known,
        version=form_version() if isinstance(error, Invalid) else known.version,
        rows=[
            {**row, "place": place, "error": wrong.get(place, "")}
            for place, row in enumerate([*rows, *[blank] * BLANK_ROWS])
        ],
        **refusal(error),
    )


def _errors_of(error: CrmError | None) -> Mapping[int, str]:
    """By the place of the row."""
    found: dict[int, str] = {}
    for problem in error.problems if isinstance(error, Invalid) else ():
        place = problem.field.split(".")[1:2]
        if place and place[0].isdigit():
            found.setdefault(int(place[0]), worded(problem.message))
    return found
