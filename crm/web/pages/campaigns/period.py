"""The period of a report on campaigns, and what it is compared with."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import Field

from crm.campaigns.months import LONGEST_MONTH
from crm.campaigns.period import Comparison, Days, chosen_days, compared_days
from crm.web.lists.filters import Chip, chips_of
from crm.web.lists.filters import Field as FilterField
from crm.web.pages.reports.period import Period
from crm.web.words.times import day_text, month_text

SPANS = (1, 3, 6, 12)
FILTERS = (
    FilterField("since", lazy_gettext("From"), "words", show=day_text),
    FilterField("until", lazy_gettext("To"), "words", show=day_text),
)


class CampaignPeriod(Period):
    """Its last months, or the days that take their place."""

    months: int = Field(3, ge=1, le=24)
    compare: Comparison = "before"

    @property
    def spans(self) -> list[int]:
        return sorted({*SPANS, self.months})

    def days(self, today: date) -> Days:
        """Raises Invalid naming a day."""
        return chosen_days(today, self.months, self.since, self.until)

    def compared(self, today: date) -> Days:
        return compared_days(self.days(today), self.compare)

    def address(self, without: Sequence[str] = ()) -> str:
        kept = {name: value for name, value in self.filters.items() if name not in without}
        return url_for(request.endpoint or "", **(request.view_args or {}), **kept)

    @property
    def chips(self) -> list[Chip]:
        return chips_of(FILTERS, self, {})

    @property
    def whole(self) -> str:
        return self.address(without=("since", "until"))


def period_text(days: Days) -> str:
    """A month or several by name, else the days."""
    if days.edges or not days.months:
        return str(_("%(first)s to %(last)s", first=day_text(days.first), last=day_text(days.last)))
    first, *_others, last = (*map(month_text, days.months), month_text(days.last[:LONGEST_MONTH]))
    return first if first == last else str(_("%(first)s to %(last)s", first=first, last=last))


def days_at(label: str, days: Days) -> Days:
    """Of a point of a chart: a day, or what the period has of a month."""
    return days.within(label) if len(label) == LONGEST_MONTH else Days(label, label)


def created_in(days: Days) -> dict[str, Any]:
    """The filter of a list of leads."""
    return {"created_from": days.first, "created_to": days.last}
