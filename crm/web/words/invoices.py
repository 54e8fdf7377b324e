"""The words of invoices: their types and states, and the categories of tax."""

from flask import Flask
from flask_babel import lazy_gettext

from crm.documents.margin_scheme import shown_taxes, under_margin

TYPES = {
    "invoice": lazy_gettext("Invoice"),
    "deposit": lazy_gettext("Deposit invoice"),
    "part": lazy_gettext("Part invoice"),
    "final": lazy_gettext("Final invoice"),
    "credit_note": lazy_gettext("Credit note"),
}
STATES = {
    "draft": lazy_gettext("Draft"),
    "open": lazy_gettext("Open"),
    "partly_paid": lazy_gettext("Partly paid"),
    "paid": lazy_gettext("Paid"),
    "credited": lazy_gettext("Credited"),
    "issued": lazy_gettext("Issued"),
}
TONES = {
    "draft": "quiet", "open": "accent", "partly_paid": "accent", "paid": "good", "credited": "quiet",
    "issued": "quiet",
}  # fmt: skip
CATEGORIES = {
    "standard": lazy_gettext("Standard rate"),
    "reduced": lazy_gettext("Reduced rate"),
    "zero": lazy_gettext("Zero rate"),
    "exempt": lazy_gettext("Exempt"),
    "reverse_charge": lazy_gettext("Reverse charge"),
    "small_business": lazy_gettext("Small business"),
}
METHODS = {
    "transfer": lazy_gettext("Transfer"),
    "card": lazy_gettext("Card"),
    "cash": lazy_gettext("Cash"),
    "direct_debit": lazy_gettext("Direct debit"),
    "other": lazy_gettext("Other"),
}


def install_invoice_words(app: Flask) -> None:
    app.jinja_env.globals.update(
        invoice_types=TYPES,
        invoice_states=STATES,
        invoice_tones=TONES,
        tax_categories=CATEGORIES,
        payment_methods=METHODS,
    )
    app.jinja_env.filters.update(shown_taxes=shown_taxes)
    app.jinja_env.tests.update(under_margin=under_margin)
