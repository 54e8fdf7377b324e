"""The language and the time zone of a page: the user's own, else the browser's, else English and UTC."""

from flask import Flask, request
from flask_babel import Babel

from crm.web.identity import current_identity

LANGUAGES = ("en",)


def speak(app: Flask) -> None:
    Babel(app, locale_selector=_language, timezone_selector=_timezone)


def _language() -> str:
    known = current_identity()
    if known is not None and known.language in LANGUAGES:
        return known.language
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _timezone() -> str:
    known = current_identity()
    return known.timezone if known is not None else "UTC"
