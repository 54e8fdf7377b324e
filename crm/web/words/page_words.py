"""The pages for customers in their language: words, numbers and dates."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import flask_babel
from babel import Locale
from flask import g
from markupsafe import Markup

from crm.documents.page_words import page_words
from crm.documents.words import base_of

Say = Callable[..., str]


@contextmanager
def spoken(language: str, known: Callable[[str], Mapping[str, str]] = page_words) -> Iterator[Say]:
    """What stands for `_` in the templates of the page; `known` are its words, which those of a quote are."""
    words = known(language)

    def say(text: object, **values: object) -> str:
        found = words.get(str(text))
        if found is None:
            return Markup(flask_babel.gettext(str(text))) % values  # noqa: S704
        return Markup(found) % values  # noqa: S704

    g.document_language = language if words or base_of(language) == "en" else "en"
    with flask_babel.force_locale(Locale.parse(language, sep="-") if words else "en"):
        yield say
