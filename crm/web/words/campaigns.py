"""Words of campaigns: their channels, states and platform ids; Jinja knows each."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Flask
from flask_babel import LazyString, lazy_gettext

from crm.money import places_of
from crm.web.words.formats import money, number

CHANNELS: dict[str, LazyString] = {
    "search": lazy_gettext("Search engine"),
    "social": lazy_gettext("Social networks"),
    "display": lazy_gettext("Display"),
    "video": lazy_gettext("Video"),
    "marketplace": lazy_gettext("Marketplace"),
    "messaging": lazy_gettext("Messaging"),
    "email": lazy_gettext("E-mail"),
    "print": lazy_gettext("Print"),
    "event": lazy_gettext("Event"),
    "referral": lazy_gettext("Referral"),
    "other": lazy_gettext("Other"),
}
STATES: dict[str, LazyString] = {
    "planned": lazy_gettext("Planned"),
    "active": lazy_gettext("Active"),
    "paused": lazy_gettext("Paused"),
    "ended": lazy_gettext("Ended"),
}
NOBODY = "–"
TONES = {"planned": "accent", "active": "good", "paused": "warn", "ended": "quiet"}


def install_campaign_words(app: Flask) -> None:
    app.jinja_env.filters.update(cost=cost, told=told)
    app.jinja_env.globals.update(campaign_channels=CHANNELS, campaign_states=STATES, campaign_tones=TONES)


def told(value: float | None) -> str:
    """A number, or a dash where nobody tells one."""
    return NOBODY if value is None else str(number(value))


def cost(value: float | None, currency: str) -> str:
    """Money of any number of decimal places, rounded half up to those of its currency; a dash for none."""
    if value is None:
        return NOBODY
    step = Decimal(1).scaleb(-places_of(currency))
    return str(money(Decimal(str(value)).quantize(step, ROUND_HALF_UP), currency))


def channel_text(channel: Any) -> str:
    return str(CHANNELS.get(channel, channel))


def state_text(status: Any) -> str:
    return str(STATES.get(status, status))


def platform_ids_text(ids: Any) -> str:
    """As the ledger has them."""
    return ", ".join(f"{each['source']}: {each['id']}" for each in ids)
