"""The words of the inbox: its boxes, and the times of snoozing."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from crm import clock
from crm.conversations.thread.inbox import Box
from crm.web.words.formats import reader_formats, reader_zone

MORNING = 9
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def box_labels() -> dict[Box, str]:
    """The name of each box, in their order."""
    return {
        "open": _("Open"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "snoozed": _("Snoozed"),
        "closed": _("Closed"),
    }


def place_label(place: str) -> str:
    """What a place of a template is called: by its number, or by its name as words."""
    if place.isdigit():
        return str(_("Placeholder %(number)s", number=place))
    return place.replace("_", " ").strip().capitalize()


def snooze_choices() -> list[tuple[str, str]]:
    """What `snoozed_until` reads, and how people call it: all of them count from the click."""
    return [
        ("hour", _("For an hour")),
        ("4-hours", _("For four hours")),
        ("tomorrow", _("Until tomorrow morning")),
        _next_week(),
    ]


def _next_week() -> tuple[str, str]:
    """Its first working day, where the reader is: Monday, or in some countries Saturday or Sunday."""
    sentences = {
        "monday": _("Until Monday morning"),
        "saturday": _("Until Saturday morning"),
        "sunday": _("Until Sunday morning"),
    }
    name = WEEKDAYS[reader_formats().first_workday]
    return name, sentences[name]


def snoozed_until(choice: str) -> str:
    """The moment (RFC 3339) of a choice made now, in the reader's time zone; a moment stays as it is."""
    now = clock.now().astimezone(reader_zone())
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    moments: dict[str, datetime] = {
        "hour": now + timedelta(hours=1),
        "4-hours": now + timedelta(hours=4),
        "tomorrow": morning + timedelta(days=1),
        **{
            name: morning + timedelta(days=(number - now.weekday() - 1) % 7 + 1)
            for number, name in enumerate(WEEKDAYS)
        },
    }
    return clock.as_text(moments[choice]) if choice in moments else choice
