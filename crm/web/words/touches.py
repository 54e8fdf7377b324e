"""Words of touches: where they came from, and what each fact is called."""

from typing import Any

from flask import Flask
from flask_babel import LazyString, lazy_gettext

ORIGINS: dict[str, LazyString] = {
    "ad": lazy_gettext("Ad"),
    "form": lazy_gettext("Web form"),
    "lead_form": lazy_gettext("Form of a platform"),
    "stock_page": lazy_gettext("Stock page"),
    "api": lazy_gettext("API"),
    "import": lazy_gettext("Import"),
    "hand": lazy_gettext("Added by hand"),
}
FOUND_BY: dict[str, LazyString] = {
    "ad": lazy_gettext("by the ad"),
    "ad_set": lazy_gettext("by the ad set"),
    "campaign": lazy_gettext("by the platform's id"),
    "utm": lazy_gettext("by UTM values"),
    "source": lazy_gettext("by the source"),
    "person": lazy_gettext("chosen by a person"),
}
FACTS: dict[str, LazyString | str] = {
    "headline": lazy_gettext("Headline"),
    "source_id": lazy_gettext("Ad"),
    "utm_source": lazy_gettext("UTM source"),
    "utm_medium": lazy_gettext("UTM medium"),
    "utm_campaign": lazy_gettext("UTM campaign"),
    "utm_term": lazy_gettext("UTM term"),
    "utm_content": lazy_gettext("UTM content"),
    "page": lazy_gettext("Page"),
    "referrer": lazy_gettext("Page before"),
}


def install_touch_words(app: Flask) -> None:
    app.jinja_env.globals.update(touch_origins=ORIGINS, touch_found_by=FOUND_BY, touch_facts=FACTS)


def origin_text(origin: Any) -> str:
    return str(ORIGINS.get(origin, origin))
