"""What a number of the report on campaigns is made of, down to the days of a campaign."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from crm.accounts.workspaces import get_workspace
from crm.accounts.zones import calendar_of
from crm.campaigns.breakdown import SHOWN, Breakdown, Sought, break_down
from crm.campaigns.fields import Channel
from crm.campaigns.months import LONGEST_MONTH, Month
from crm.campaigns.period import Days, month_days
from crm.db.transaction import Transaction
from crm.fields import MAX_ID
from crm.money import Currency
from crm.time_fields import Day
from crm.web.auth import permit
from crm.web.pages.campaigns.period import period_text
from crm.web.requests.page_address import Address
from crm.web.requests.reading import read
from crm.web.requests.wrong_filters import show_despite
from crm.web.words.campaigns import CHANNELS
from crm.web.words.times import day_text, month_text

blueprint = Blueprint("campaign_parts", __name__, url_prefix="/campaigns/report/parts")


class PartsAddress(Address):
    """Days, or whole months; `after` is where the page of the list begins."""

    currency: Currency | None = None
    since: Day | None = None
    until: Day | None = None
    first: Month | None = None
    last: Month | None = None
    day: Day | None = None
    channel: Channel | None = None
    campaign_id: int | None = Field(None, ge=1, le=MAX_ID)
    after: int = Field(0, ge=0, lt=2**31)

    def address(self, after: int) -> str:
        given = {**self.model_dump(mode="json", exclude_none=True), "after": after or None}
        return url_for("campaign_parts.show", **given)


@blueprint.get("")
@permit("campaigns.read")
def show() -> ResponseReturnValue:
    return show_despite(PartsAddress, _show)


def _show(wanted: PartsAddress) -> str:
    sought, found = read(_read_parts, wanted)
    following = wanted.after + SHOWN
    return render_template(
        "campaigns/made_of.html",
        sought=sought,
        found=found,
        span=_span_text(sought),
        channel=str(CHANNELS[sought.channel]) if sought.channel else "",
        months={each.month: month_text(each.month) for each in found.parts if each.month},
        next=wanted.address(following) if following < found.count else "",
        start=wanted.address(0) if wanted.after else "",
    )


def _read_parts(tx: Transaction, wanted: PartsAddress) -> tuple[Sought, Breakdown]:
    """Of the present month and the workspace's currency, where the address names none."""
    this_month = calendar_of(tx).today.isoformat()[:LONGEST_MONTH]
    last = wanted.last or this_month
    sought = Sought(
        currency=wanted.currency or get_workspace(tx).currency,
        days=Days(
            str(wanted.since or month_days(wanted.first or last).first),
            str(wanted.until or month_days(last).last),
        ),
        day=wanted.day.isoformat() if wanted.day else None,
        channel=wanted.channel,
        campaign_id=wanted.campaign_id,
    )
    return sought, break_down(tx, sought, after=wanted.after)


def _span_text(sought: Sought) -> str:
    if sought.day is not None:
        return str(day_text(sought.day))
    return period_text(sought.days)
