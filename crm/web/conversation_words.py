"""What the inbox says: its boxes, and until when a conversation can rest."""

from datetime import datetime, timedelta

import flask_babel
from flask_babel import gettext as _

from crm import clock
from crm.conversations.inbox import Box

MORNING = 9


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
        return str(_("Place %(number)s", number=place))
    return place.replace("_", " ").strip().capitalize()


def snooze_choices() -> list[tuple[str, str]]:
    """Moments (RFC 3339) and how people call them, in the reader's time zone."""
    now = flask_babel.to_user_timezone(clock.now())
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    tomorrow = morning + timedelta(days=1)
    monday = morning + timedelta(days=7 - now.weekday())
    moments: list[tuple[datetime, str]] = [
        (now + timedelta(hours=1), _("For an hour")),
        (now + timedelta(hours=4), _("For four hours")),
        (tomorrow, _("Until tomorrow morning")),
        (monday, _("Until Monday morning")),
    ]
    return [(clock.as_text(moment), label) for moment, label in moments]
