"""What matters on opening: how much there is and is to be done, who moved last, what happened."""

from dataclasses import dataclass

import flask_babel
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from crm import clock
from crm.activity.timeline import ActivityFilter
from crm.clients.client import Client
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients
from crm.conversations.thread.inbox import count_unread
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.leads.filters import LeadFilter
from crm.leads.listing import count_leads
from crm.web.auth import permit
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.timelines import Timeline, read_timeline
from crm.work.my_day import count_due

blueprint = Blueprint("home", __name__)

RECENT = 8
HAPPENED = 8
SHOWN = ("client", "lead", "conversation")


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    count: Count
    address: str


@dataclass(frozen=True, slots=True)
class Overview:
    figures: list[Figure]
    recent: list[Client]
    timeline: Timeline


@blueprint.get("/")
@permit("clients.read")
def show_home() -> str:
    now = flask_babel.to_user_timezone(clock.now())
    return render_template(
        "home/home.html",
        overview=read(_look_around, identity().timezone),
        greeting=_greeting(now.hour, identity().name.split()[0]),
        today=flask_babel.format_date(now, "EEEE, d MMMM"),
    )


def _look_around(tx: Transaction, timezone: str) -> Overview:
    return Overview(
        figures=_figures(tx, timezone),
        recent=list_clients(tx, ClientFilter(), sort="-updated_at", limit=RECENT).rows,
        timeline=read_timeline(tx, ActivityFilter(subjects=SHOWN), limit=HAPPENED),
    )


def _figures(tx: Transaction, timezone: str) -> list[Figure]:
    open_leads = count_leads(tx, LeadFilter(status="open"))
    due, unread = (Count(total, exact=True) for total in (count_due(tx, timezone), count_unread(tx)))
    return [
        Figure(_("Clients"), count_clients(tx, ClientFilter()), url_for("clients.list_all")),
        Figure(_("Open leads"), open_leads, url_for("leads.list_all", status="open")),
        Figure(_("For you to do today"), due, url_for("my_day.show")),
        Figure(_("Unread conversations"), unread, url_for("inbox.show_inbox")),
    ]


def _greeting(hour: int, name: str) -> str:
    if 5 <= hour < 12:
        return str(_("Good morning, %(name)s", name=name))
    if 12 <= hour < 18:
        return str(_("Good afternoon, %(name)s", name=name))
    return str(_("Good evening, %(name)s", name=name))
