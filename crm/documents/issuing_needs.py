"""What the country of a company asks of it before it issues an invoice.

Everywhere: name and address. In the European Union the VAT id (Directive 2006/112, Article 226 (3)); Germany
takes the tax number instead (UStG section 14 (4) 2), and a small business that charges no tax needs one of
both. Great Britain, Switzerland and Norway ask for the number under which tax is charged, as do the countries
in NUMBERED; elsewhere a number is not asked for.
"""

from collections.abc import Mapping
from typing import Any

from crm.documents.company_fields import EUROPEAN_UNION
from crm.errors import FieldProblem, Invalid

ADDRESS = ("legal_name", "street", "city", "country")
WITH_VAT_ID = EUROPEAN_UNION - {"DE"} | {"GB", "CH", "LI", "NO"}
NUMBERED = frozenset({"AU", "NZ", "IN", "IL", "SG", "ZA", "AE", "SA", "TR", "BR", "AR", "CL", "MX"})
"""Countries whose invoices name a tax number of the issuer."""


def missing_for_issuing(company: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of its fields without which an invoice may not be issued; `country` is among them."""
    address = tuple(name for name in ADDRESS if not company[name])
    return (*address, *_missing_number(company))


def _missing_number(company: Mapping[str, Any]) -> tuple[str, ...]:
    country = company["country"]
    either = company["tax_number"] or company["vat_id"]
    if country in WITH_VAT_ID and not company["small_business"]:
        return () if company["vat_id"] else ("vat_id",)
    if country in EUROPEAN_UNION | NUMBERED:
        return () if either else ("tax_number",)
    return ()


def refuse_unready(company: Mapping[str, Any]) -> None:
    """Raises Invalid naming each field, such as `company.vat_id`."""
    missing = missing_for_issuing(company)
    if missing:
        raise Invalid(*(FieldProblem(f"company.{name}", "is required") for name in missing))
