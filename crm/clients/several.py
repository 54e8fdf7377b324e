"""What a client has several of, one of each the main one: the lists beside the fields of the main ones."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm.clients.addresses import main_address_first, store_addresses, with_addresses
from crm.clients.companies import main_company_first, store_companies, with_companies
from crm.clients.contact_points import FORMS, main_first, store_points, with_points
from crm.db.transaction import Transaction

Part = Mapping[str, Any]
Facts = Mapping[str, Any]
BESIDE = {
    "emails": ("label",),
    "phones": ("label",),
    "companies": ("role",),
    "addresses": ("label", "postal_code", "region"),
}
"""The lists, each with what the main one has beside the client's own fields."""
COLUMNS = {
    ("emails", "label"): "email_label",
    ("phones", "label"): "phone_label",
    ("companies", "role"): "company_role",
    ("addresses", "label"): "address_label",
    ("addresses", "postal_code"): "postal_code",
    ("addresses", "region"): "region",
}
MAIN = {
    "emails": ("email",),
    "phones": ("phone",),
    "companies": ("company_id",),
    "addresses": ("address", "city", "country"),
}
"""The client's own fields that are those of the main one."""


def with_lists(tx: Transaction, values: dict[str, Any], old: Facts, *, whole: bool) -> dict[str, Any]:
    """The values, with main ones and lists in agreement. Raises Invalid that names the field."""
    with_points(tx, values, old, whole=whole)
    with_companies(values, old, whole=whole)
    with_addresses(values, old, whole=whole)
    return values


def columns_of(facts: Facts) -> dict[str, str | None]:
    """The columns of a client that only the lists tell. Nothing is said of a main one that is not there."""
    found: dict[str, str | None] = {}
    for (name, part), column in COLUMNS.items():
        parts = facts.get(name) or ()
        lone = name != "addresses" and not facts.get(MAIN[name][0])
        found[column] = parts[0][part] if parts and not lone else None
    return found


def store_lists(tx: Transaction, client_id: int, earlier: Facts, values: Facts) -> None:
    """The lists that say more, or other things, than before."""
    for name in BESIDE:
        wanted, before = values.get(name), earlier.get(name) or ()
        if wanted is None or (not before and not _says_more(name, wanted)) or _is_same(name, wanted, before):
            continue
        if name == "addresses":
            store_addresses(tx, client_id, wanted)
        elif name == "companies":
            store_companies(tx, client_id, before, wanted)
        else:
            store_points(tx, client_id, name.removesuffix("s"), wanted)


def ledger_facts(facts: Facts) -> dict[str, Any]:
    """The facts of a new client, without lists that say no more than the client's own fields."""
    return {name: value for name, value in facts.items() if name not in BESIDE or _says_more(name, value)}


def unchanged_lists(earlier: Facts, later: Facts) -> dict[str, Any]:
    """The lists of which no more differs than the client's own fields, which the ledger tells."""
    return {name: later[name] for name in BESIDE if _says(name, earlier[name]) == _says(name, later[name])}


def lists_of_both(wanted: Facts, own: Facts, others: Facts, *, given: Collection[str]) -> dict[str, Any]:
    """The lists of two clients that are merged, but for those that were given, with the main ones that are
    wanted.
    """
    found: dict[str, Any] = {}
    for form in FORMS:
        if f"{form}s" not in given:
            emptied = 0 if wanted[form] is not None else 1
            found |= main_first(form, wanted[form], [facts[f"{form}s"][emptied:] for facts in (own, others)])
    if "addresses" not in given:
        found |= main_address_first(wanted, [*own["addresses"], *others["addresses"]])
    if "companies" not in given:
        emptied = 0 if wanted["company_id"] is not None else 1
        both = [facts["companies"][emptied:] for facts in (own, others)]
        found |= main_company_first(wanted["company_id"], both, kind=own["kind"])
    return found


def _is_same(name: str, parts: Sequence[Part], before: Sequence[Part]) -> bool:
    """Whether nothing is to be stored beside the client's own fields."""
    if name == "companies" and before:
        return list(parts) == list(before)
    return _says(name, parts) == _says(name, before)


def _says_more(name: str, parts: Sequence[Part] | None) -> bool:
    if not parts:
        return False
    if len(parts) > 1:
        return True
    first = parts[0]
    for part in BESIDE[name]:  # noqa: SIM110 - an import asks this eight times for each row: any() is slow
        if first.get(part):
            return True
    return False


def _says(name: str, parts: Sequence[Part]) -> tuple[list[Any], Sequence[Part]]:
    first = parts[0] if parts else {}
    return [first.get(part) for part in BESIDE[name]], list(parts[1:])
