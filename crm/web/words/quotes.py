"""The words of quotes: their states and lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.web.words.formats import counted

STATES = {
    "draft": lazy_gettext("Draft"),
    "sent": lazy_gettext("Sent"),
    "accepted": lazy_gettext("Accepted"),
    "declined": lazy_gettext("Declined"),
}
TONES = {"draft": "quiet", "sent": "accent", "accepted": "good", "declined": "bad"}


def install_quote_words(app: Flask) -> None:
    app.jinja_env.globals.update(quote_states=STATES, quote_tones=TONES)


def lines_text(lines: Sequence[Mapping[str, Any]] | str) -> str:
    """`Fitting, Delivery and 3 more lines`, as the history tells of them."""
    if isinstance(lines, str):
        return lines
    named = [str(line.get("title") or line.get("details") or "") for line in lines]
    shown, rest = ", ".join(name[:60] for name in named[:3]), len(named) - 3
    if rest <= 0:
        return shown
    more = counted("%(num)s more line", "%(num)s more lines", rest)
    return str(_("%(lines)s and %(more)s", lines=shown, more=more))
