"""The list separator that a reader's spreadsheet expects: `;` where the comma is decimal."""

from typing import Annotated, Literal

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, BeforeValidator, Field

from crm.accounts.profile import get_profile
from crm.accounts.users import User
from crm.formats import formats_of
from crm.locales import HOUSE, canonical_tag
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
    """Of the locale that the person or the workspace chose, else of the browser's, else the house's."""
    known = identity().locale
    if known != HOUSE or _has_chosen(read(get_profile)):
        return _separator_of(known)
    browser = (canonical_tag(tag) for tag, quality in request.accept_languages if quality > 0)
    return _separator_of(next(filter(None, browser), HOUSE))


def _has_chosen(user: User) -> bool:
    return bool(user.locale or user.language)


def _separator_of(tag: str) -> str:
    return ";" if formats_of(tag).decimal == "," else ","
