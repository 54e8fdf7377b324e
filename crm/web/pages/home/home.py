"""The home page: tasks, trend, recent clients and activity."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from crm import clock
from crm.accounts.zones import calendar_of
from crm.activity.timeline import ActivityFilter
from crm.campaigns.period import compared_days, last_months
from crm.campaigns.report import Totals, report_campaigns
from crm.clients.client import Client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.conversations.thread.inbox import count_unread
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.leads.trend import Trend, show_trends
from crm.web.auth import permit
from crm.web.kinds.known import known_words
from crm.web.navigation import may
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.formats import reader_formats, reader_zone
from crm.web.words.timelines import Timeline, read_lines
from crm.web.words.times import today_text
from crm.work.my_day import count_due, list_due
from crm.work.tasks import Task

blueprint = Blueprint("home", __name__)

RECENT = 8
HAPPENED = 8
DUE = 6
CURRENCIES = 3


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    count: Count
    address: str


@dataclass(frozen=True, slots=True)
class Overview:
    """`trends` and `campaigns` are of the first currencies, and of none for those who may not read them."""

    figures: list[Figure]
    trends: list[Trend]
    campaigns: list[Totals]
    tasks: list[Task]
    recent: list[Client]
    timeline: Timeline


@blueprint.get("/")
@permit("clients.read")
def show_home() -> str:
    now = clock.now().astimezone(reader_zone())
    return render_template(
        "home/home.html",
        overview=read(_look_around, identity().timezone),
        greeting=_greeting(now.hour, identity().name.split()[0]),
        today=today_text(),
    )


@blueprint.get("/home/tasks")
@permit("tasks.read")
def show_tasks() -> str:
    return render_template("home/tasks.html", tasks=read(list_due, identity().timezone, DUE))


def _look_around(tx: Transaction, timezone: str) -> Overview:
    shown = tuple(words.name for words in known_words() if words.on_home)
    return Overview(
        figures=_figures(tx, timezone),
        trends=_trends(tx, timezone) if may("leads.read") else [],
        campaigns=_campaigns(tx) if may("campaigns.read") else [],
        tasks=list_due(tx, timezone, DUE) if may("tasks.read") else [],
        recent=list_clients(tx, ClientFilter(), sort="-updated_at", limit=RECENT).rows,
        timeline=read_lines(tx, ActivityFilter(subjects=shown), limit=HAPPENED),
    )


def _trends(tx: Transaction, timezone: str) -> list[Trend]:
    return show_trends(tx, timezone, reader_formats().first_weekday)[:CURRENCIES]


def _campaigns(tx: Transaction) -> list[Totals]:
    """This month beside the one before."""
    today = calendar_of(tx).today
    days = last_months(today, 1)
    return report_campaigns(tx, days, compared_days(days, "before"), today=today).totals[:CURRENCIES]


def _figures(tx: Transaction, timezone: str) -> list[Figure]:
    due, unread = (Count(total, exact=True) for total in (count_due(tx, timezone), count_unread(tx)))
    return [
        *_of_lists(tx),
        Figure(_("Your tasks today"), due, url_for("my_day.show")),
        Figure(_("Unread conversations"), unread, url_for("inbox.show_inbox")),
    ]


def _of_lists(tx: Transaction) -> Iterator[Figure]:
    for words in known_words():
        listing = words.kind.listing
        if words.list is not None and listing is not None and may(words.kind.may("read")):
            for figure in words.list.figures:
                count = listing.count(tx, listing.filters(**figure.filters))
                yield Figure(str(figure.label), count, url_for(words.list.endpoint, **figure.filters))


def _greeting(hour: int, name: str) -> str:
    if 5 <= hour < 12:
        return str(_("Good morning, %(name)s", name=name))
    if 12 <= hour < 18:
        return str(_("Good afternoon, %(name)s", name=name))
    return str(_("Good evening, %(name)s", name=name))
