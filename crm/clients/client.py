"""A client as it is read."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any

from crm.clients.addresses import FURTHER as FURTHER_ADDRESSES
from crm.clients.addresses import ClientAddress, addresses_of
from crm.clients.companies import ClientCompany, companies_of, further_companies
from crm.clients.consent import PRESENT, ClientConsent, consents_of
from crm.clients.contact_points import FURTHER, ClientEmail, ClientPhone, points_of
from crm.clients.ids import ClientId
from crm.clients.merged import refuse_merged
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.records.seen import composed_once, name_of, only_seen
from crm.records.skeleton import Skeleton, live
from crm.records.tags import tags_in, tags_of

FIELDS = (
    "kind", "name", "email", "phone", "emails", "phones", "company_id", "companies", "job_title",
    "birthday", "website", "address", "addresses", "city", "country", "status", "source", "owner_id",
    "tags", "notes", "language", "currency",
)  # fmt: skip
CLIENT_RECORD = Skeleton("client", "clients", Sentence("client"), FIELDS, customized=True)


# Neither frozen nor slotted: such a one of so many fields takes 20 times as long to make and 4 times as long
# to write as JSON, which lists would feel.
@dataclass
class Client:
    """`deleted_at` is set on a client in the trash; `picture_id` is the file with their picture. `custom` has
    the values of the workspace's own fields by key.

    The fields are in the order of `client_columns`, which ends in what goes into the lists. `birthday` is a
    day, or one without a year such as --05-17.
    """

    id: ClientId
    kind: str
    name: str
    email: str | None
    phone: str | None
    emails: list[ClientEmail]
    phones: list[ClientPhone]
    company_id: ClientId | None
    company_name: str | None
    companies: list[ClientCompany]
    job_title: str | None
    birthday: str | None
    website: str | None
    address: str | None
    addresses: list[ClientAddress]
    city: str | None
    country: str | None
    status: str
    source: str | None
    owner_id: int | None
    owner_name: str | None
    tags: list[str]
    notes: str | None
    language: str | None
    currency: str | None
    picture_id: int | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("client")]
    consents: list[ClientConsent]


@composed_once
def client_columns(tx: Transaction) -> str:
    return columns_with(name_of(tx, "client", "c.company_id", "company"), further_companies(tx))


@cache
def columns_with(company_name: str, further_companies: str) -> str:
    return f"""
       c.id, c.kind, c.name, c.email, c.phone, c.email_label, c.phone_label, c.company_id,
       {company_name} AS company_name, c.company_role,
       c.job_title, c.birthday, c.website, c.address, c.address_label,
       c.city, c.country, c.status, c.source, c.owner_id,
       (SELECT owner.name FROM users owner
         WHERE owner.workspace_id = :workspace_id AND owner.id = c.owner_id) AS owner_name,
       {tags_of("client", "c.id")} AS tags,
       c.notes, c.language, c.currency, c.picture_id, c.version, c.created_at, c.updated_at,
       c.deleted_at, c.custom,
       {PRESENT} AS consents,
       c.postal_code, c.region, {FURTHER} AS further, {FURTHER_ADDRESSES} AS further_addresses,
       {further_companies} AS further_companies
"""


COLUMN = {field.name: place for place, field in enumerate(fields(Client))}
OWN = len(COLUMN)
WIDTH = OWN + 5
"""How many columns `client_columns` has."""
TAGS, EMAILS, PHONES, COMPANIES, ADDRESSES, CUSTOM, CONSENTS = (
    COLUMN[name] for name in ("tags", "emails", "phones", "companies", "addresses", "custom", "consents")
)


def client_of(row: tuple[Any, ...], custom: CustomFields) -> Client:
    """From a row of `client_columns`, with the workspace's custom fields of clients."""
    client = Client(*row[:OWN])
    postal_code, region, further, further_addresses, companies = row[OWN:]
    client.custom = custom.values_in(row[CUSTOM]) if custom.all else {}
    client.tags = tags_in(row[TAGS])
    client.emails, client.phones = points_of(client.email, row[EMAILS], client.phone, row[PHONES], further)
    client.companies = companies_of(client.company_id, client.company_name, row[COMPANIES], companies)
    main = (row[ADDRESSES], client.address, postal_code, client.city, region, client.country)
    client.addresses = addresses_of(main, further_addresses)
    client.consents = consents_of(row[CONSENTS])
    return client


def find_client(tx: Transaction, client_id: int) -> Client | None:
    """The client, live or in the trash. Raises Merged for one that was merged into another."""
    client = stored_client(tx, client_id)
    if client is not None and client.deleted_at is not None:
        refuse_merged(tx, client_id)
    return client


def stored_client(tx: Transaction, client_id: int) -> Client | None:
    """As it is stored, whatever became of it, but for erased ones."""
    rows = tx.tuples(_one_client(tx), client_id=client_id)
    return client_of(rows[0], custom_fields_of(tx, "client")) if rows else None


@composed_once
def _one_client(tx: Transaction) -> str:
    return f"""
        SELECT {client_columns(tx)}
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.id = :client_id
           AND c.erased_at IS NULL
           {only_seen(tx, "client", "c")}
        """


def name_of_live(tx: Transaction, client_id: int) -> str | None:
    """None unless it can be referred to. Raises Merged as `find_client` does."""
    name: str | None = tx.value(
        f"""
        SELECT name
          FROM clients c
         WHERE workspace_id = :workspace_id
           AND id = :client_id
           AND deleted_at IS NULL
           AND erased_at IS NULL
           {only_seen(tx, "client", "c")}
        """,
        client_id=client_id,
    )
    if name is None:
        find_client(tx, client_id)
    return name


def get_client(tx: Transaction, client_id: int) -> Client:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash, and Merged."""
    return live(CLIENT_RECORD, find_client(tx, client_id))
