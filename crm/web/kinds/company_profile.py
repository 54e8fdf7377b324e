"""The words of the company that issues documents."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.documents.company_kind import COMPANY_PROFILE as COMPANY_PROFILE_KIND
from crm.web.kinds.kind_words import KindWords, Saying, as_it_is

AFTER_ACCEPTANCE: Mapping[str, LazyString] = {
    "deal": _("the draft of a deal"),
    "invoice": _("the draft of an invoice"),
    "nothing": _("nothing more"),
}

COMPANY_PROFILE = KindWords(
    kind=COMPANY_PROFILE_KIND,
    one=_("Company profile"),
    many=_("Company profile"),
    icon="file-text",
    entries=True,
    labels={
        "legal_name": _("Legal name"),
        "street": _("Street"),
        "postal_code": _("Postal code"),
        "region": _("Region or state"),
        "tax_number": _("Tax number"),
        "vat_id": _("VAT ID"),
        "registration": _("Register"),
        "iban": _("IBAN"),
        "bic": _("BIC"),
        "small_business": _("Small business"),
        "standard_rate": _("Standard tax rate %"),
        "reduced_rate": _("Reduced tax rate %"),
        "colour": _("Colour"),
        "logo": _("Logo"),
        "after_acceptance": _("An accepted quote becomes"),
    },
    shown={
        "after_acceptance": lambda value: AFTER_ACCEPTANCE.get(str(value), value),
        "registration": as_it_is,
    },
    sayings={
        "company_profile.changed": Saying(
            "file-text", "accent", _("%(who)s changed the company in the settings")
        ),
    },
)
