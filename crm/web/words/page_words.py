"""The page of a quote in the quote's language: its words, numbers and dates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import flask_babel
from babel import Locale
from flask import g
from markupsafe import Markup

from crm.documents.page_words import page_words

Say = Callable[..., str]


@contextmanager
def spoken(language: str) -> Iterator[Say]:
    """What stands for `_` in the templates of the page."""
    words = page_words(language)

    def say(text: object, **values: object) -> str:
        found = words.get(str(text))
        if found is None:
            return Markup(flask_babel.gettext(str(text))) % values  # noqa: S704
        return Markup(found) % values  # noqa: S704

    g.document_language = language
    with flask_babel.force_locale(Locale.parse(language, sep="-") if words else "en"):
        yield say
