"""Seller and buyer of an e-invoice, by the terms of EN 16931 (BG-4 and BG-7)."""

from collections.abc import Mapping
from typing import Any

EMAIL = "EM"
"""The scheme of an electronic address that is an e-mail address (EAS)."""
Terms = dict[str, Any]


def seller_terms(seller: Mapping[str, Any]) -> Terms:
    """BR-CO-26 asks for a VAT id, a register or an identifier: without the others it is the tax number."""
    vat_id = vat_id_of(seller["vat_id"])
    number = seller["tax_number"] or (seller["vat_id"] if vat_id is None else None)
    alone = vat_id is None and not seller["registration"]
    contact = {"phone": seller["phone"], "email": seller["email"]}
    return {
        "name": seller["legal_name"],
        "identifiers": {"": number} if alone else None,
        "legal_identifier": seller["registration"],
        "vat_identifier": vat_id,
        "tax_identifier": number,
        "contacts": [contact] if any(contact.values()) else None,
        **_address(seller),
        **_electronic(seller["email"]),
    }


def buyer_terms(buyer: Mapping[str, Any], vat_id: str | None) -> Terms:
    return {
        "name": buyer["name"],
        "vat_identifier": vat_id_of(vat_id),
        **_address(buyer),
        **_electronic(buyer["email"]),
    }


def vat_id_of(written: str | None) -> str | None:
    """Without blanks, if it begins with the letters of a country as BR-CO-09 asks."""
    plain = "".join(sign for sign in (written or "").upper() if sign.isalnum())
    return plain if plain[:2].isascii() and plain[:2].isalpha() and len(plain) > 2 else None


def _address(party: Mapping[str, Any]) -> Terms:
    """The norm has three lines: what is left of the street goes in the last."""
    lines: list[str] = [*(party["street"] or "").split("\n"), "", ""]
    first, second, *rest = lines
    return {
        "addr_l1": first,
        "addr_l2": second,
        "addr_l3": ", ".join(line for line in rest if line),
        "postcode": party["postal_code"],
        "city": party["city"],
        "country_subdivision": party["region"],
        "country_code": party["country"],
    }


def _electronic(email: str | None) -> Terms:
    return {"einvoicing_addr": email, "einvoicing_addr_schemeid": EMAIL} if email else {}
