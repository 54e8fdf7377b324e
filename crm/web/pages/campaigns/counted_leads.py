"""The leads behind a number of the report on leads and sales."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from pydantic import Field

from crm.accounts.workspaces import get_workspace
from crm.accounts.zones import calendar_of
from crm.campaigns.counted_leads import SHOWN, Counted, CountedLeads, Wanted, list_counted_leads
from crm.campaigns.fields import Channel
from crm.campaigns.period import Days
from crm.db.transaction import Transaction
from crm.fields import MAX_ID
from crm.money import Currency
from crm.time_fields import Day
from crm.web.auth import permit
from crm.web.pages.campaigns.period import CampaignPeriod, period_text
from crm.web.requests.reading import read_for_report
from crm.web.requests.wrong_filters import show_despite
from crm.web.sessions.identity import identity
from crm.web.words.campaigns import CHANNELS

blueprint = Blueprint("campaign_leads", __name__, url_prefix="/campaigns/report/leads")

COUNTED: dict[Counted, LazyString] = {
    "leads": lazy_gettext("Leads"),
    "qualified": lazy_gettext("Qualified"),
    "won": lazy_gettext("Won"),
    "money": lazy_gettext("Money"),
    "invoices": lazy_gettext("Paid invoices"),
    "deal": lazy_gettext("Delivered deals"),
    "value": lazy_gettext("Values of leads"),
}


class CountedAddress(CampaignPeriod):
    """`after` is where the page of the list begins."""

    counted: Counted = "leads"
    currency: Currency | None = None
    came_since: Day | None = None
    came_until: Day | None = None
    channel: Channel | None = None
    campaign_id: int | None = Field(None, ge=1, le=MAX_ID)
    ad_id: int | None = Field(None, ge=0, le=MAX_ID)
    ad_set_id: int | None = Field(None, ge=0, le=MAX_ID)
    after: int = Field(0, ge=0, lt=2**31)

    def page_from(self, after: int) -> str:
        given = {**self.filters, "after": after or None}
        return url_for("campaign_leads.show", **given)


@blueprint.get("")
@permit("leads.read", within="campaigns")
def show() -> ResponseReturnValue:
    return show_despite(CountedAddress, _show)


def _show(wanted: CountedAddress) -> str:
    sought, found = read_for_report(_read, wanted, identity().timezone)
    following = wanted.after + SHOWN
    return render_template(
        "campaigns/counted_leads.html",
        sought=sought,
        found=found,
        title=str(COUNTED[sought.counted]),
        bases={name: str(text) for name, text in COUNTED.items()},
        period=period_text(sought.came),
        channel=str(CHANNELS[sought.channel]) if sought.channel else "",
        next=wanted.page_from(following) if following < found.count else "",
        start=wanted.page_from(0) if wanted.after else "",
    )


def _read(tx: Transaction, wanted: CountedAddress, timezone: str) -> tuple[Wanted, CountedLeads]:
    days = wanted.days(calendar_of(tx).today)
    came = (wanted.came_since or days.first, wanted.came_until or days.last)
    sought = Wanted(
        counted=wanted.counted,
        currency=wanted.currency or get_workspace(tx).currency,
        days=days,
        came=Days(*map(str, came)),
        channel=wanted.channel,
        campaign_id=wanted.campaign_id,
        ad_id=wanted.ad_id,
        ad_set_id=wanted.ad_set_id,
    )
    return sought, list_counted_leads(tx, sought, timezone, after=wanted.after)
