"""The people of a company, with the role of each there."""

from dataclasses import dataclass

from crm.clients.client import Client, get_client
from crm.clients.filters import ClientFilter
from crm.clients.ids import ClientId
from crm.clients.listing import list_clients
from crm.db.keyset import Page
from crm.db.transaction import Transaction


@dataclass(frozen=True)
class CompanyPerson:
    """A client who belongs to a company: `main` says whether it is their main one."""

    client_id: ClientId
    name: str
    email: str | None
    phone: str | None
    job_title: str | None
    role: str | None
    main: bool


def list_people(
    tx: Transaction, company_id: int, *, limit: int, cursor: str | None = None
) -> Page[CompanyPerson]:
    """By name. Raises NotFound, Merged, and Invalid naming `cursor`."""
    get_client(tx, company_id)
    page = list_clients(tx, ClientFilter(company_id=company_id), sort="name", limit=limit, cursor=cursor)
    return Page([_person(each, company_id) for each in page.rows], page.next, page.previous)


def _person(client: Client, company_id: int) -> CompanyPerson:
    link = next((each for each in client.companies if each.company_id == company_id), None)
    return CompanyPerson(
        client_id=client.id,
        name=client.name,
        email=client.email,
        phone=client.phone,
        job_title=client.job_title,
        role=link.role if link else None,
        main=client.company_id == company_id,
    )
