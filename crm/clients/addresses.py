"""The addresses of a client: the main one in columns of the client, further ones in `client_addresses`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from crm.clients.fields import MOST_POINTS
from crm.db.transaction import Transaction
from crm.errors import Invalid

Part = Mapping[str, Any]
PARTS = ("street", "postal_code", "city", "region", "country")
FLAT = {"address": "street", "city": "city", "country": "country"}
"""The fields of a client that are parts of its main address."""

FURTHER = """(SELECT json_group_array(
                   json_array(a.place, a.label, a.street, a.postal_code, a.city, a.region, a.country))
          FROM client_addresses a
         WHERE a.workspace_id = :workspace_id AND a.client_id = c.id)"""
"""The SQL expression of a client's further ones, for `addresses_of`."""


@dataclass
class ClientAddress:
    """The main one comes first. The country is its code of ISO 3166."""

    label: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    region: str | None
    country: str | None
    main: bool


def addresses_of(main: Sequence[Any], further: str) -> list[ClientAddress]:
    """All addresses of a client, of the main one's label and parts, and of FURTHER."""
    label, street, postal_code, city, region, country = main
    found = []
    if street or city or country or postal_code or region:
        # By place: a keyword takes longer.
        found.append(ClientAddress(label, street, postal_code, city, region, country, True))  # noqa: FBT003
    if further != "[]":
        found += [ClientAddress(*(*row, False)) for _, *row in sorted(orjson.loads(further))]
    return found


def with_addresses(values: dict[str, Any], old: Part, *, whole: bool) -> None:
    """Let the main address and the list of all agree, as with e-mail addresses. Raises Invalid by field."""
    given = values.pop("addresses", None)
    flat = {part: values[name] for name, part in FLAT.items() if name in values}
    if given is None and not flat:
        return
    before = [] if whole else old.get("addresses") or []
    if given is not None:
        found = _checked(given, {part: value for part, value in flat.items() if value})
    else:
        main = {**(before[0] if before else _entry({})), **flat, "main": True}
        found = [main, *before[1:]] if any(main[part] for part in PARTS) else _main_first(before[1:], 0)
    values["addresses"] = found
    values |= {name: found[0][part] if found else None for name, part in FLAT.items()}


def _checked(given: Sequence[Part], main: Part) -> list[Part]:
    for place, entry in enumerate(given):
        if not any(entry.get(part) for part in PARTS):
            raise Invalid.field(f"addresses.{place}", "needs at least one part of an address")
    chosen = [place for place, entry in enumerate(given) if entry.get("main")]
    if len(chosen) > 1:
        raise Invalid.field("addresses", "can have only one main entry")
    found = _main_first(given, chosen[0] if chosen else 0)
    for name, part in FLAT.items():
        if part in main and (not found or found[0][part] != main[part]):
            raise Invalid.field(name, "must be that of the main entry of the list")
    return found


def _main_first(given: Sequence[Part], main: int) -> list[Part]:
    ordered = [*given[main : main + 1], *given[:main], *given[main + 1 :]]
    return [_entry(entry) | {"main": place == 0} for place, entry in enumerate(ordered)]


def main_address_first(main: Part, known: Sequence[Part]) -> dict[str, Any]:
    """The fields of the main address and the list of all: the main one, which may be one of those known, and
    each of these that says more.
    """
    flat = {part: main[name] for name, part in FLAT.items()}
    same = (each for each in known if all(each[part] == value for part, value in flat.items()))
    first = _entry(next(same, flat))
    others = [each for each in known if any(each[part] not in (None, first[part]) for part in PARTS)]
    unlike = [each for place, each in enumerate(others) if _entry(each) not in map(_entry, others[:place])]
    ordered = [first, *unlike] if any(first[part] for part in PARTS) else unlike
    found = _main_first(ordered[:MOST_POINTS], 0)
    return {"addresses": found} | {name: found[0][part] if found else None for name, part in FLAT.items()}


def _entry(given: Part) -> dict[str, Any]:
    return {name: given.get(name) for name in ("label", *PARTS)}


def store_addresses(tx: Transaction, client_id: int, wanted: Sequence[Part]) -> None:
    """Let the client have exactly these further ones, after the first, which is the main one."""
    tx.run(
        "DELETE FROM client_addresses WHERE workspace_id = :workspace_id AND client_id = :client_id",
        client_id=client_id,
    )
    for place, address in enumerate(wanted[1:], 1):
        tx.run(
            """
            INSERT INTO client_addresses (workspace_id, client_id, place, label, street, postal_code, city,
                                          region, country)
            VALUES (:workspace_id, :client_id, :place, :label, :street, :postal_code, :city,
                    :region, :country)
            """,
            client_id=client_id,
            place=place,
            **_entry(address),
        )
