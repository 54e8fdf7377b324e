"""The list separator that a reader's spreadsheet expects: `;` where the comma is decimal."""

from typing import Annotated, Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol
from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, BeforeValidator, Field

from crm.accounts.profile import get_profile
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity

NAMES = {"comma": ",", "semicolon": ";", "tab": "\t"}

Separator = Annotated[
    Literal[",", ";", "\t"] | None,
    BeforeValidator(lambda text: NAMES.get(text, text or None) if isinstance(text, str) else text),
    Field(description="`comma`, `semicolon` or `tab`, or the sign itself; by default the reader's"),
]


class CsvQuery(BaseModel):
    separator: Separator = None

    @property
    def list_separator(self) -> str:
        return self.separator or usual_separator()


def separator_choices() -> list[tuple[str, str]]:
    """Name and words of each."""
    return [("comma", _("Comma (,)")), ("semicolon", _("Semicolon (;)")), ("tab", _("Tab"))]


def separator_name(sign: str) -> str:
    return next(name for name, each in NAMES.items() if each == sign)


def usual_separator() -> str:
    """Of the person's own language, else of the browser's, else of the workspace's."""
    browser = [tag for tag, quality in request.accept_languages if quality > 0]
    asked = [read(get_profile).language, *browser, identity().language]
    for tag in filter(None, asked):
        try:
            locale = Locale.parse(tag, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
        return ";" if get_decimal_symbol(locale) == "," else ","
    return ","
