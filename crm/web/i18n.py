"""The language and the time zone of a page: the user's own, else the browser's, else English and UTC."""

from decimal import Decimal

import flask_babel
from flask import Flask
from flask_babel import Babel

from crm.errors import Sentence
from crm.web.rendering import render_quickly, translated
from crm.web.requests.asking import asks_api
from crm.web.requests.present import request
from crm.web.sessions.identity import current_identity
from crm.web.words.formats import number

LANGUAGES = ("en",)


def speak(app: Flask) -> None:
    Babel(app, locale_selector=_language, timezone_selector=_timezone)
    app.jinja_env.install_gettext_callables(translated, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    render_quickly(app)


def _ngettext(one: str, many: str, count: int) -> str:
    """Without its values: flask_babel would insert the bare number before the template inserts its own."""
    return str(flask_babel.get_translations().ungettext(one, many, count))


def _language() -> str:
    known = current_identity()
    if known is not None and known.language in LANGUAGES:
        return known.language
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _timezone() -> str:
    known = current_identity()
    return known.timezone if known is not None else "UTC"


def worded(message: str) -> str:
    """A refusal in the reader's language, with its values in place: numbers as the reader writes them, but
    for programs, which read them plain.
    """
    if not isinstance(message, Sentence):
        return str(flask_babel.gettext(message)) if message else ""
    values = {name: _worded_value(value) for name, value in message.values.items()}
    if message.plural is None:
        text = flask_babel.gettext(message.template)
    else:
        text = flask_babel.ngettext(message.template, message.plural, message.values["n"])
    return str(text.format(**values) if values else text)


def _worded_value(value: object) -> object:
    if isinstance(value, Sentence):
        return worded(value)
    if isinstance(value, int | float | Decimal) and not asks_api():
        return number(value)
    return value
