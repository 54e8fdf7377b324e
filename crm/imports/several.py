"""The e-mail addresses, numbers and addresses of a record as lists of a client, joined to those it has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from crm.clients.addresses import PARTS
from crm.clients.fields import MOST_POINTS
from crm.clients.spellings import is_same_number
from crm.imports.record import Address, Record
from crm.records.keys import email_key, place_key

Entry = Mapping[str, Any]
Same = Callable[[Entry, Entry], bool]


def lists_of(record: Record) -> dict[str, list[Entry]]:
    """What the file has of each, up to their number, the main one first: a fax only where all are."""
    emails = ({"email": each.address, "label": each.label or None} for each in record.emails)
    numbers = sorted(record.phones, key=lambda phone: "fax" in phone.label)
    phones = ({"phone": each.number, "label": each.label or None} for each in numbers)
    addresses = (_address(each) for each in record.addresses)
    found = {
        "emails": _each_once("emails", emails),
        "phones": _each_once("phones", phones),
        "addresses": _each_once("addresses", (each for each in addresses if _says(each))),
    }
    return {name: entries for name, entries in found.items() if entries}


def _address(address: Address) -> Entry:
    return {
        "label": address.label or None,
        "street": "\n".join(address.street) or None,
        "postal_code": address.postal_code or None,
        "city": address.city or None,
        "region": address.region or None,
        "country": address.country or None,
    }


def _says(address: Entry) -> bool:
    return any(address[part] for part in PARTS)


def joined(name: str, first: Sequence[Entry], others: Sequence[Entry]) -> list[Entry]:
    """The first ones, with the others that are not among them."""
    if name == "addresses" and first and others and _fits_into(others[0], first[0]):
        filled = {part: first[0].get(part) or others[0].get(part) for part in ("label", *PARTS)}
        first, others = [filled, *first[1:]], others[1:]
    bare = [{key: value for key, value in entry.items() if key != "main"} for entry in (*first, *others)]
    return _each_once(name, bare)


def _fits_into(address: Entry, other: Entry) -> bool:
    """Whether they may be one address, of which each may lack parts."""
    shared = [part for part in PARTS if address.get(part) and other.get(part)]
    return bool(shared) and all(_key(address[part]) == _key(other[part]) for part in shared)


def _each_once(name: str, entries: Iterable[Entry]) -> list[Entry]:
    found: list[Entry] = []
    for entry in entries:
        if not any(SAME[name](entry, known) for known in found):
            found.append(entry)
    return found[:MOST_POINTS]


def _same_address(entry: Entry, other: Entry) -> bool:
    return all(_key(entry.get(part)) == _key(other.get(part)) for part in PARTS)


def _key(text: str | None) -> str | None:
    return place_key(" ".join(text.split())) if text else None


SAME: Mapping[str, Same] = {
    "emails": lambda entry, other: email_key(entry["email"]) == email_key(other["email"]),
    "phones": lambda entry, other: is_same_number(entry["phone"], other["phone"]),
    "addresses": _same_address,
}
