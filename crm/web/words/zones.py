"""The client's clock beside the reader's own, for planning a call."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext as _

from crm import clock
from crm.clients.client import Client, get_client
from crm.clients.zones import clocks_of, zones_of
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound
from crm.leads.lead import get_lead
from crm.web.requests.due_times import due_from
from crm.web.requests.reading import read
from crm.web.words.formats import reader_formats, reader_zone

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Zone:
    """`place` is how people call it: the city of its name."""

    key: str
    place: str


def install_zones(app: Flask) -> None:
    app.jinja_env.globals.update(client_zones=client_zones, zones_text=zones_text, own_place=own_place)


def client_zones(subject: str | None, subject_id: int | None) -> list[Zone]:
    """Where the client of a record may be, apart from where the reader is; none of what has no client."""
    if subject is None or subject_id is None:
        return []
    client = read(_client_of, subject, subject_id)
    if client is None:
        return []
    now = clock.now()
    here = clocks_of(reader_zone().key, now)
    return [Zone(key, _place(key)) for key in zones_of(client, now) if clocks_of(key, now) != here]


def zones_text(zones: list[Zone], day: str = "", hour: str = "", chosen: str = "") -> str:
    """`15:00 for you · 09:00 in New York`, of the time that a form holds, else of now."""
    typed = _moment(day, hour, chosen)
    at = typed or clock.now()
    shown = [zone for zone in zones if zone.key == chosen] or zones[:SHOWN]
    mine, *theirs = _clocks([reader_zone(), *(ZoneInfo(zone.key) for zone in shown)], at)
    texts = [
        _("%(time)s in %(place)s", time=time, place=zone.place)
        for zone, time in zip(shown, theirs, strict=True)
    ]
    if typed is None:
        return str(_("It is now %(times)s", times=" · ".join(texts)))
    return " · ".join([_("%(time)s for you", time=mine), *texts])


def own_place() -> str:
    return _place(reader_zone().key)


def _client_of(tx: Transaction, subject: str, subject_id: int) -> Client | None:
    try:
        client_id = get_lead(tx, subject_id).client_id if subject == "lead" else subject_id
        return get_client(tx, client_id) if subject in ("lead", "client") and client_id else None
    except NotFound:
        return None


def _moment(day: str, hour: str, chosen: str) -> datetime | None:
    """None if the form does not have a complete time yet."""
    try:
        due_at = due_from(day, hour, chosen).get("due_at")
    except Invalid:
        return None
    return clock.from_text(due_at) if due_at else None


def _clocks(zones: list[ZoneInfo], at: datetime) -> list[str]:
    """With the day where it is not the same everywhere."""
    formats = reader_formats()
    there = [at.astimezone(zone) for zone in zones]
    if len({each.date() for each in there}) == 1:
        return [formats.hour(each) for each in there]
    today = clock.now().astimezone(zones[0]).date()
    return [f"{formats.day(each.date(), today)}, {formats.hour(each)}" for each in there]


def _place(key: str) -> str:
    return key.rsplit("/", 1)[-1].replace("_", " ")
