"""What the country of a company asks of it before it issues an invoice.

Looked up in November 2026; what depends on the legal form, such as the name of a register, is left to the
company.

- Everywhere: name and address.
- European Union: the VAT id (Directive 2006/112, Article 226 (3)). Who charges no tax as a small
  enterprise may write simplified invoices, which need no number (Articles 220a (1)(c), as Directive (EU)
  2020/285 added it, and 226b); Austria says so expressly (BMF, Salzburger Steuerdialog 2013, on UStG
  section 11 (1) 3 i).
- Germany: the tax number or the VAT id, small enterprises too (UStG section 14 (4) 2).
- France: also the SIREN number with the register, small enterprises too (Code de commerce R123-237;
  service-public.fr F23266).
- Great Britain: the VAT number of those who are registered (gov.uk, "Invoices: what they must include").
- Switzerland, Liechtenstein: the number in the register of those who owe the tax (MWSTG Article 26 (2)
  a).
- Norway: the organisation number, always, with MVA of those who are registered (Altinn, "Faktura").
- Türkiye: tax office and number, always (Vergi Usul Kanunu 230).
- Australia: the ABN (ato.gov.au, "Setting up your invoices").
- New Zealand: the GST number above NZD 200 (Inland Revenue, taxable supply information since April 2023).
  Singapore: the GST registration number (IRAS). South Africa: the VAT registration number (VAT Act 20
  (4)). United Arab Emirates and Saudi Arabia: the tax registration number (Federal Decree-Law 8 of 2017;
  ZATCA). India: the GSTIN (CGST Rules 46 and 49). Canada: the GST/HST number from CAD 100 on (CRA). Each
  of those who are registered and charge the tax.
- Brazil, Argentina, Chile, Mexico: the CNPJ, CUIT, RUT or RFC, by which their e-invoices know the issuer.
- Israel: the number of the dealer; for this no source was found.
- United States, Japan and all others: no number. In Japan a registration number makes a qualified
  invoice, but an invoice is valid without it.
"""

from collections.abc import Mapping
from typing import Any

from crm.documents.company_fields import EUROPEAN_UNION, VAT_PREFIXES
from crm.documents.e_invoice_parties import vat_id_of

ADDRESS = ("legal_name", "street", "city", "country")
WITH_VAT_ID = EUROPEAN_UNION - {"DE"} | {"GB", "CH", "LI"}
"""Countries where whoever charges tax names the VAT id."""
WHERE_CHARGED = frozenset({"NZ", "SG", "ZA", "AE", "SA", "IN", "CA"})
"""Countries where whoever charges tax names a number, whatever it is called."""
ALWAYS = frozenset({"DE", "NO", "TR", "AU", "BR", "AR", "CL", "MX", "IL"})
"""Countries where everybody names a number."""
WITH_REGISTER = frozenset({"FR"})


def missing_for_issuing(company: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of its fields without which an invoice may not be issued; `country` is among them."""
    address = tuple(name for name in ADDRESS if not company[name])
    registered = company["registration"] or company["country"] not in WITH_REGISTER
    return (*address, *_missing_number(company), *(() if registered else ("registration",)))


def _missing_number(company: Mapping[str, Any]) -> tuple[str, ...]:
    country, charges = company["country"], not company["small_business"]
    either = company["tax_number"] or company["vat_id"]
    if country in WITH_VAT_ID and charges:
        fits = vat_id_of(company["vat_id"]) if country in VAT_PREFIXES else company["vat_id"]
        return () if fits else ("vat_id",)
    if country in ALWAYS or (country in WHERE_CHARGED and charges):
        return () if either else ("tax_number",)
    return ()
