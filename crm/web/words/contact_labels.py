"""The usual labels of e-mail addresses, phone numbers and addresses."""

from flask_babel import lazy_gettext

LABELS = {
    "work": lazy_gettext("Work"),
    "home": lazy_gettext("Home"),
    "mobile": lazy_gettext("Mobile"),
    "fax": lazy_gettext("Fax"),
    "other": lazy_gettext("Other"),
}
"""What people choose from; they may write another."""

ADDRESS_LABELS = {
    "billing": lazy_gettext("Billing"),
    "delivery": lazy_gettext("Delivery"),
    "site": lazy_gettext("Site"),
    "work": LABELS["work"],
    "home": LABELS["home"],
}


def label_text(label: str) -> str:
    """The usual ones in the reader's language."""
    return str((ADDRESS_LABELS | LABELS).get(label.casefold(), label))
