"""What matters on opening: how many, who moved last, what happened."""

from collections.abc import Iterator
from dataclasses import dataclass

import flask_babel
from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from crm import clock
from crm.activity.timeline import ActivityFilter
from crm.clients.client import Client
from crm.clients.listing import Count, count_clients, list_clients
from crm.clients.listing_sqlite import ClientFilter
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.identity import identity
from crm.web.requests import read
from crm.web.timelines import Timeline, read_timeline

blueprint = Blueprint("home", __name__)

RECENT = 8
HAPPENED = 8


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
        overview=read(_look_around, identity().user_id),
        greeting=_greeting(now.hour, identity().name.split()[0]),
        today=flask_babel.format_date(now, "EEEE, d MMMM"),
    )


def _look_around(tx: Transaction, user_id: int) -> Overview:
    return Overview(
        figures=list(_figures(tx, user_id)),
        recent=list_clients(tx, ClientFilter(), sort="-updated_at", limit=RECENT).rows,
        timeline=read_timeline(tx, ActivityFilter(subject="client"), limit=HAPPENED),
    )


def _figures(tx: Transaction, user_id: int) -> Iterator[Figure]:
    for label, wanted, filters in (
        (_("Clients"), ClientFilter(), {}),
        (_("Active"), ClientFilter(status="active"), {"status": "active"}),
        (_("Prospects"), ClientFilter(status="prospect"), {"status": "prospect"}),
        (_("Yours"), ClientFilter(owner_id=user_id), {"owner_id": user_id}),
    ):
        yield Figure(label, count_clients(tx, wanted), url_for("clients.list_all", **filters))


def _greeting(hour: int, name: str) -> str:
    if 5 <= hour < 12:
        return str(_("Good morning, %(name)s", name=name))
    if 12 <= hour < 18:
        return str(_("Good afternoon, %(name)s", name=name))
    return str(_("Good evening, %(name)s", name=name))
