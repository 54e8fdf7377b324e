"""Words of deals and scenarios: states, kinds, rules; Jinja knows each."""

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

STATES: dict[str, LazyString] = {
    "draft": _("Draft"),
    "pending": _("Waiting for approval"),
    "approved": _("Approved"),
    "delivered": _("Delivered"),
    "cancelled": _("Cancelled"),
}
STATE_TONES = {
    "draft": "quiet", "pending": "warn", "approved": "news", "delivered": "good", "cancelled": "bad",
}  # fmt: skip
KINDS: dict[str, LazyString] = {"cash": _("Cash"), "finance": _("Finance"), "lease": _("Lease")}

TAX_BASES: dict[str, LazyString] = {
    "price": _("The whole price"),
    "price_less_trade": _("The price less the trade-in"),
    "margin": _("The margin (second-hand goods)"),
}
RATE_METHODS: dict[str, LazyString] = {
    "us": _("Regulation Z (United States)"),
    "eu": _("Consumer credit directive (EU)"),
}


def install_deal_words(app: Flask) -> None:
    app.jinja_env.globals.update(
        deal_states=STATES,
        deal_state_tones=STATE_TONES,
        scenario_kinds=KINDS,
        tax_bases=TAX_BASES,
        rate_methods=RATE_METHODS,
    )
