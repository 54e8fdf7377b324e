"""The words of consents: channels, purposes, states and sources."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.clients.consent_fields import TOPICS

CHANNELS: Mapping[str, LazyString] = {
    "whatsapp": _("WhatsApp"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "sms": _("Text message (SMS)"),
    "post": _("Post"),
}
PURPOSES: Mapping[str, LazyString] = {"marketing": _("Marketing"), "service": _("Service")}
PURPOSES_OF_FORMS: list[tuple[str, LazyString]] = [
    ("service", _("To be answered")),
    ("marketing", _("Advertising and offers")),
    ("marketing, service", _("Both: to be answered, and advertising")),
]
"""What the consent of a form may be for, as its field says it."""
STATES: Mapping[str, LazyString] = {
    "opted_in": _("Agreed"),
    "opted_out": _("Opted out"),
    "unknown": _("Not known"),
}
SOURCES: Mapping[str, LazyString] = {
    "form": _("Form"),
    "import": _("Import"),
    "conversation": _("Conversation"),
    "by_hand": _("Entered by hand"),
    "api": _("API"),
    "undo": _("Undone"),
}


def topic_text(topic: str) -> LazyString:
    """“WhatsApp: Marketing”."""
    channel, purpose = TOPICS[topic]
    return _("%(channel)s: %(purpose)s", channel=CHANNELS[channel], purpose=PURPOSES[purpose])


TOPIC_TEXTS: Mapping[str, LazyString] = {topic: topic_text(topic) for topic in TOPICS}


def purposes_text(purposes: list[str]) -> str:
    return ", ".join(str(PURPOSES[each]) for each in purposes)


def install_consent_words(app: Flask) -> None:
    app.jinja_env.globals.update(consent_states=STATES, consent_topics=TOPIC_TEXTS)
    app.jinja_env.globals.update(form_purposes=PURPOSES_OF_FORMS, purposes_text=purposes_text)
