"""A campaign's month, day by day: what each source told, and a grid for what is typed by hand."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict

from crm.accounts.zones import calendar_of
from crm.campaigns.campaign import Campaign, get_campaign
from crm.campaigns.collecting import collect_daily
from crm.campaigns.daily import DailyFigure, list_days
from crm.campaigns.figures import NO_NUMBER, DailyFigures, last_day_begun
from crm.campaigns.months import LONGEST_MONTH, Month, first_and_last_day
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.web.auth import permit
from crm.web.requests.amounts import typed_amount
from crm.web.requests.reading import query, read, write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of
from crm.web.words.times import day_text, month_text

SOURCE = "manual"
FILLED = "filled"
COLUMNS = ("spend", "clicks", "impressions", "conversions", "conversion_value")
WHOLE = frozenset({"clicks", "impressions"})
blueprint = Blueprint("campaign_days", __name__, url_prefix="/campaigns/<id:campaign_id>/days")


class MonthAddress(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    month: Month | None = None


@blueprint.get("")
@permit("campaigns.read")
def show(campaign_id: int) -> str:
    return _show(campaign_id, _month())


@blueprint.post("")
@permit("campaigns.write")
def save(campaign_id: int) -> ResponseReturnValue:
    """The days with anything typed; one that was shown with figures, and was emptied, is taken back."""
    month = _month()
    try:
        rows = [_typed_row(campaign_id, day) for day in _days_of(month) if _is_typed(day)]
        emptied = [(campaign_id, day) for day in _emptied(month)]
        done = write(collect_daily, SOURCE, rows, emptied)
    except Invalid as error:
        complain(sentence_of(error))
        return _show(campaign_id, month, given=request.form), 422
    say(_("%(new)s days added, %(changed)s changed.", new=done.new, changed=done.changed))
    return redirect(url_for("campaign_days.show", campaign_id=campaign_id, month=month), 303)


def _month() -> str:
    """That of the address; the present one where it names none."""
    return query(MonthAddress).month or str(read(calendar_of).today)[:LONGEST_MONTH]


def _show(campaign_id: int, month: str, given: Mapping[str, str] | None = None) -> str:
    """`given` is what was typed and refused, and is shown again."""
    campaign, days = read(_read_days, campaign_id, month)
    return render_template(
        "campaigns/days.html",
        campaign=campaign,
        month=month,
        title=month_text(month),
        before=_next_month(month, -1),
        after=_next_month(month, 1),
        labels={day: day_text(day) for day in _days_of(month) if day <= last_day_begun().isoformat()},
        typed=_stored_texts(days) if given is None else given,
        filled=_filled(days) if given is None else request.form.getlist(FILLED),
        columns=COLUMNS,
        others=[each for each in days if each.source != SOURCE],
    )


def _stored_texts(days: Iterable[DailyFigure]) -> dict[str, str]:
    """By the names of the grid's fields."""
    own = [each for each in days if each.source == SOURCE]
    return {
        f"{each.date}-{column}": str(value)
        for each in own
        for column in COLUMNS
        if (value := getattr(each, column)) is not None
    }


def _filled(days: Iterable[DailyFigure]) -> list[str]:
    return [each.date for each in days if each.source == SOURCE]


def _emptied(month: str) -> list[str]:
    """Of the days that the page showed with figures: what others have typed since is not touched."""
    shown = request.form.getlist(FILLED)
    return [day for day in _days_of(month) if day in shown and not _is_typed(day)]


def _read_days(tx: Transaction, campaign_id: int, month: str) -> tuple[Campaign, list[DailyFigure]]:
    return get_campaign(tx, campaign_id), list_days(tx, campaign_id, month)


def _days_of(month: str) -> list[str]:
    _first, last = first_and_last_day(month)
    return [f"{month}-{number:02}" for number in range(1, int(last[8:]) + 1)]


def _is_typed(day: str) -> bool:
    return any(request.form.get(f"{day}-{column}", "").strip() for column in COLUMNS)


def _typed_row(campaign_id: int, day: str) -> DailyFigures:
    given: dict[str, Any] = {column: _value(day, column) for column in COLUMNS}
    return DailyFigures(campaign_id, date.fromisoformat(day), **given)


def _value(day: str, column: str) -> Decimal | int | None:
    """None where nothing is typed. Raises Invalid that names the day."""
    text = request.form.get(f"{day}-{column}", "").strip()
    if not text:
        return None
    value = typed_amount(text, "")
    if value is None or not value.is_finite() or (column in WHOLE and value != value.to_integral_value()):
        raise Invalid(FieldProblem(f"{day} {column}", NO_NUMBER))
    return int(value) if column in WHOLE else value


def _next_month(month: str, step: int) -> str | None:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + step
    found = f"{number // 12:04}-{number % 12 + 1:02}"
    return found if "1970-01" <= found <= last_day_begun().isoformat()[:7] else None
