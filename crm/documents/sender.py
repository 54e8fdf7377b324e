"""The company on its documents: address, numbers and bank in their language, logo and colour."""

from base64 import b64encode
from typing import Any

from crm.accounts.workspaces import Workspace
from crm.db.transaction import Transaction
from crm.documents.company import Company
from crm.documents.company_logo import read_logo
from crm.documents.words import base_of
from crm.formats import Formats

ACCENT = "#1f5fbf"
LEGIBLE = 4.5
"""The least contrast of small text with white paper, as WCAG 2.2 asks (1.4.3)."""

_LABELS = {
    "en": "Tax no.|VAT ID", "de": "St.-Nr.|USt-IdNr.", "fr": "N° fiscal|N° TVA", "es": "N.º fiscal|NIF-IVA",
    "it": "Cod. fiscale|P. IVA", "nl": "Fiscaal nr.|Btw-nr.", "pl": "Nr podatkowy|NIP UE",
    "pt": "N.º fiscal|N.º de IVA", "tr": "Vergi no.|KDV no.", "ar": "الرقم الضريبي|رقم ضريبة القيمة المضافة",
    "he": "מס׳ תיק במס|מס׳ עוסק", "zh": "税号|增值税号", "ja": "納税者番号|VAT番号",
}  # fmt: skip


def printed_sender(
    company: Company, workspace: Workspace, language: str, formats: Formats, abroad: str | None
) -> dict[str, Any]:
    """`lines` go beside the name, `foot` below each page; `abroad` is the recipient's country, if known."""
    name = company.legal_name or workspace.name
    away = abroad is not None and abroad != company.country
    country = formats.numbers.territories.get(company.country, company.country) if away else None
    place = " ".join(part for part in (company.postal_code, company.city) if part)
    address = [*(company.street or "").split("\n"), place, company.region, country]
    lines = [*address, company.phone, company.email, company.website]
    return {"name": name, "lines": [line for line in lines if line], "foot": _foot(company, language)}


def tax_labels(language: str) -> tuple[str, str]:
    """What the tax number and the VAT id are called."""
    tax, vat = _LABELS.get(base_of(language), _LABELS["en"]).split("|")
    return tax, vat


def _foot(company: Company, language: str) -> list[str]:
    tax, vat = tax_labels(language)
    lines = (
        company.registration,
        f"{tax} {company.tax_number}" if company.tax_number else None,
        f"{vat} {company.vat_id}" if company.vat_id else None,
        f"IBAN {spaced(company.iban)}" if company.iban else None,
        f"BIC {company.bic}" if company.bic else None,
    )
    return [each for each in lines if each]


def spaced(iban: str) -> str:
    """In groups of four, as it is printed."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def ink_of(colour: str) -> str:
    """The colour, as dark as it must be to read small text in it on white paper."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    while 1.05 / (_luminance(shares) + 0.05) < LEGIBLE:
        shares = [share * 0.95 for share in shares]
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)


def _luminance(shares: list[float]) -> float:
    """Relative luminance of sRGB, as WCAG defines it."""
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def with_logo(tx: Transaction, document: dict[str, Any]) -> dict[str, Any]:
    """The document with the content of its logo, which it names by the digest."""
    if document["logo"] is None:
        return document
    return document | {"logo": b64encode(read_logo(tx, document["logo"])).decode()}
