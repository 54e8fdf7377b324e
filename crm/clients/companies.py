"""The companies of a client with the role in each: the main one, and the further ones of a person.

The main one is `company_id` of the client, the further ones are rows of `client_companies`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.clients.fields import MOST_COMPANIES
from crm.clients.ids import ClientId
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.records.seen import name_of, only_seen
from crm.records.skeleton import NOT_A_FACT

Facts = Mapping[str, Any]
Link = Mapping[str, Any]
"""One of them as the ledger and the operations know it: `company_id`, `role` and `main`."""
ONE_OF_COMPANY = "can have only one entry for a company: only a person belongs to several"


@dataclass
class ClientCompany:
    """The main one comes first."""

    company_id: ClientId
    company_name: str | None = field(metadata=NOT_A_FACT)
    role: str | None
    main: bool


def further_companies(tx: Transaction) -> str:
    """The SQL expression of a client's further ones, for `companies_of`. Those in the trash are left out."""
    return f"""(SELECT json_group_array(
                   json_array(f.place, f.id, f.company_id,
                              {name_of(tx, "client", "f.company_id", "named")}, f.role))
          FROM client_companies f
          JOIN clients firm ON firm.workspace_id = f.workspace_id AND firm.id = f.company_id
         WHERE f.workspace_id = :workspace_id AND f.client_id = c.id
           AND firm.deleted_at IS NULL {only_seen(tx, "client", "firm")})"""


def companies_of(
    main: ClientId | None, name: str | None, role: str | None, further: str
) -> list[ClientCompany]:
    """All companies of a client, of its main one and of `further_companies`.

    A merge of two companies can leave a further row about the main one, too: they are one.
    """
    if further == "[]":
        return [] if main is None else [ClientCompany(main, name, role, True)]  # noqa: FBT003
    rows = [row for _, _, *row in sorted(orjson.loads(further))]
    found = []
    if main is not None:
        said = next((row[2] for row in rows if row[0] == main), None)
        found.append(ClientCompany(main, name, role or said, main=True))
    for company_id, named, text in rows:
        if company_id != main:
            found.append(ClientCompany(company_id, named, text, main=False))
    return found


def with_companies(values: dict[str, Any], old: Facts, *, whole: bool) -> None:
    """Let `company_id` and the list of all agree, as with e-mail addresses. Raises Invalid by field."""
    given = values.pop("companies", None)
    if given is None and "company_id" not in values:
        return
    main = values.get("company_id")
    before = [] if whole else old.get("companies") or []
    if given is not None:
        found = _checked(given, main)
    elif main is None:
        found = _main_first(before[1:], 0)
    else:
        known = next((link["role"] for link in before if link["company_id"] == main), None)
        others = [link for link in before[1:] if link["company_id"] != main]
        found = _main_first([{"company_id": main, "role": known}, *others], 0)
    values |= {"company_id": found[0]["company_id"] if found else None, "companies": found}


def _checked(given: Sequence[Link], main: int | None) -> list[Link]:
    ids = [link["company_id"] for link in given]
    for place, company_id in enumerate(ids):
        if company_id in ids[:place]:
            raise Invalid.field(f"companies.{place}.company_id", "is in the list already")
    chosen = [place for place, link in enumerate(given) if link.get("main")]
    if len(chosen) > 1:
        raise Invalid.field("companies", "can have only one main entry")
    if main is not None:
        if main not in ids or (chosen and ids[chosen[0]] != main):
            raise Invalid.field("company_id", "must be the main entry of the list")
        chosen = [ids.index(main)]
    return _main_first(given, chosen[0] if chosen else 0)


def _main_first(given: Sequence[Link], main: int) -> list[Link]:
    ordered = [*given[main : main + 1], *given[:main], *given[main + 1 :]]
    return [
        {"company_id": link["company_id"], "role": link.get("role"), "main": place == 0}
        for place, link in enumerate(ordered)
    ]


def main_company_first(
    main: int | None, lists: Iterable[Sequence[Link]], *, kind: str = "person"
) -> dict[str, Any]:
    """The main one and the list of all, each once; without a main one, the first of a person's becomes it."""
    roles: dict[int, str | None] = {} if main is None else {main: None}
    for links in lists:
        for link in links:
            roles[link["company_id"]] = roles.get(link["company_id"]) or link["role"]
    known = [{"company_id": company_id, "role": role} for company_id, role in roles.items()]
    most = MOST_COMPANIES if kind == "person" else 0 if main is None else 1
    found = _main_first(known[:most], 0)
    return {"company_id": found[0]["company_id"] if found else None, "companies": found}


def listed_companies(facts: Facts) -> Sequence[Link]:
    """Of facts that may be of a time when a client had one company."""
    main = facts.get("company_id")
    listed: Sequence[Link] | None = facts.get("companies")
    if listed is not None or main is None:
        return listed or []
    return [{"company_id": main, "role": None, "main": True}]


def refuse_several(facts: Facts) -> None:
    """Raises Invalid if a company is to belong to several."""
    if facts["kind"] == "company" and len(facts.get("companies") or ()) > 1:
        raise Invalid.field("companies", ONE_OF_COMPANY)


def store_companies(tx: Transaction, client_id: int, earlier: Sequence[Link], wanted: Sequence[Link]) -> None:
    """Let the client have exactly these further ones after the first, which is the main one.

    Rows that a list does not show, such as those of a merged company, stay as they are.
    """
    further = {link["company_id"]: link for link in wanted[1:]}
    for company_id in {link["company_id"] for link in (*earlier, *wanted[:1])} - further.keys():
        tx.run(
            """
            DELETE FROM client_companies
             WHERE workspace_id = :workspace_id
               AND client_id = :client_id
               AND company_id = :company_id
            """,
            client_id=client_id,
            company_id=company_id,
        )
    for place, link in enumerate(further.values(), 1):
        _store(tx, client_id, place, link)


def _store(tx: Transaction, client_id: int, place: int, link: Link) -> None:
    tx.run(
        """
        INSERT INTO client_companies (workspace_id, client_id, company_id, place, role)
        VALUES (:workspace_id, :client_id, :company_id, :place, :role)
            ON CONFLICT (workspace_id, client_id, company_id)
            DO UPDATE SET place = excluded.place, role = excluded.role
        """,
        client_id=client_id,
        company_id=link["company_id"],
        place=place,
        role=link["role"],
    )
