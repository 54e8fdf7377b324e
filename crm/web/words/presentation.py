"""How values look on a page: initials, tints, icons, phone numbers, countries; Jinja knows each."""

import re
import zlib
from functools import cache, lru_cache
from pathlib import Path

import flask_babel
from flask import Flask
from markupsafe import Markup, escape

from crm.config import Settings
from crm.files.filetypes import TYPES
from crm.program import has_changed
from crm.web.assets import asset
from crm.web.requests.forms import is_fragment
from crm.web.requests.picking import found_records, sought_words
from crm.web.requests.present import current_app, request
from crm.web.responses.lean_markup import LeanMarkup
from crm.web.words.contact_labels import label_text
from crm.web.words.contact_points import address_lines, birthday_text
from crm.web.words.countries import country_name
from crm.web.words.fields import label_of
from crm.web.words.languages import language_name
from crm.web.words.phones import phone

SPRITE = Path(__file__).parent.parent / "vendor/lucide/icons.svg"
TINTS = 12
RIGHT_TO_LEFT = {"ar", "he", "fa", "ur"}


def install_presentation(app: Flask) -> None:
    env = app.jinja_env
    _icon_names()  # at the start, as the templates
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension(LeanMarkup)
    env.globals.update(
        icon=icon, locale_tag=locale_tag, text_direction=text_direction, reader_theme=reader_theme
    )
    env.globals.update(local_request=local_request, is_fragment=is_fragment, program_changed=has_changed)
    env.globals.update(upload_limit_mb=upload_limit_mb, accepted_files=accepted_files)
    env.globals.update(label_of=label_of)
    env.globals.update(sought_words=sought_words, found_records=found_records)
    for function in (
        initials,
        tint,
        phone,
        country_name,
        bare_link,
        email_text,
        label_text,
        address_lines,
        language_name,
        birthday_text,
    ):
        env.filters[function.__name__] = function


@cache
def _icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))


def icon(name: str, css: str = "") -> Markup:
    """A decoration beside words, or inside a control that has an accessible name of its own."""
    return _drawn(asset("icons.svg"), name, css)


@lru_cache(maxsize=1024)
def _drawn(sprite: str, name: str, css: str) -> Markup:
    if name not in _icon_names():
        raise LookupError(
            f"no icon is named {name!r}: add it to vendor/lucide/used.txt and run scripts/vendor"
        )
    drawing = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>')
    return drawing.format(f"icon {css}".strip(), sprite, name)


def locale_tag() -> str:
    return str(flask_babel.get_locale()).replace("_", "-")


def text_direction() -> str:
    return "rtl" if locale_tag().split("-")[0] in RIGHT_TO_LEFT else "ltr"


def reader_theme() -> str:
    """`light` or `dark` if the user chose one, else empty: the system decides."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def local_request() -> bool:
    """Whether the browser runs on this very machine, where plain HTTP crosses no network."""
    return request.remote_addr in {"127.0.0.1", "::1"}


def upload_limit_mb() -> int:
    settings: Settings = current_app.extensions["holdfast.settings"]
    return settings.max_upload_mb


def accepted_files() -> str:
    return ",".join(f".{extension}" for extension in TYPES)


def initials(name: str) -> str:
    """One or two letters: of the first and last word, or the first sign where a script has no capitals."""
    words: list[str] = [word for word in re.findall(r"\w+", name) if not word.isdigit()] or [
        name.strip() or "?"
    ]
    if not words[0][0].isupper() and not words[0][0].islower():
        return words[0][:1]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def tint(name: str) -> int:
    """The same colour for the same name, everywhere and always: 0 to 11."""
    return zlib.crc32(name.casefold().encode("utf-8", "replace")) % TINTS


def email_text(address: str) -> Markup:
    """An e-mail address that a narrow place breaks before its `@` and after its dots, and nowhere else."""
    return Markup(re.sub(r"(?=@)|(?<=\.)", "<wbr>", str(escape(address))))  # noqa: S704 - escaped before


def bare_link(address: str) -> str:
    """A web address as people say it: no scheme, no closing slash."""
    return re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
