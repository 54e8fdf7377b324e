"""The companies of a record with the role in each, as a client has them."""

from collections.abc import Sequence
from typing import Any

from crm.clients.clients import create_client
from crm.clients.companies import Link
from crm.clients.fields import MOST_COMPANIES, ClientFields
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.imports.exported_keys import BEGUN, find_by_key, named_key, stands_for_other
from crm.imports.matching import find_company, keep_external_id
from crm.imports.record import Record


def take_companies(record: Record, listed: Any) -> None:
    """Of an exported row, whose key begins as those of its companies do. What is no list says nothing."""
    origin = (record.external_id or "").rpartition("-")[0].rpartition("-")[0]
    for link in listed if isinstance(listed, list) else ():
        if not isinstance(link, dict) or not isinstance(link.get("company_name"), str):
            continue
        role = link.get("role") if isinstance(link.get("role"), str) else None
        if link.get("main"):
            record.company_role = role if link["company_name"] == record.company else record.company_role
        else:
            key = f"{origin}-client-{link.get('company_id')}" if origin else None
            record.companies.append({"name": link["company_name"], "key": key, "role": role})


def companies_in(tx: Transaction, record: Record) -> dict[str, Any]:
    """The main company, and the list of all where that says more; each that is not there is made."""
    if not record.company or record.is_company:
        return {}
    main = _company(tx, record.company, record.company_key)
    links: list[Link] = [{"company_id": main, "role": record.company_role}]
    for link in record.companies[: MOST_COMPANIES - 1]:
        company_id = _company(tx, link["name"] or "", link["key"])
        if all(company_id != known["company_id"] for known in links):
            links.append({"company_id": company_id, "role": link["role"]})
    more = len(links) > 1 or record.company_role
    return {"company_id": main} | ({"companies": links} if more else {})


def joined_companies(first: Sequence[Link], others: Sequence[Link]) -> list[Link]:
    """The first ones, with the others that are not among them; a role that one of both lacks is filled in."""
    roles: dict[int, str | None] = {}
    for link in (*first, *others):
        roles[link["company_id"]] = roles.get(link["company_id"]) or link["role"]
    found: list[Link] = [{"company_id": each, "role": role} for each, role in roles.items()]
    return found[:MOST_COMPANIES]


def _company(tx: Transaction, name: str, key: str | None) -> int:
    """By the key of an exported row, else by its name; else a new one, which its own row may fill in."""
    found = (find_by_key(tx, CLIENT, key) or find_by_key(tx, CLIENT, key, BEGUN)) if key else None
    if found is None:
        found = find_company(tx, name)
        found = None if found and key and stands_for_other(tx, found, key) else found
    if found is not None:
        return found
    fields = parse_fields(ClientFields, {"kind": "company", "name": name})
    made = create_client(tx, fields, allow_duplicate=True).id
    keep_external_id(tx, BEGUN, key or named_key(tx, name), "client", made)
    return made
