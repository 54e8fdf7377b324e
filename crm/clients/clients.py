"""Creating and changing clients: each change is checked, versioned and recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.accounts.owners import check_owner
from crm.activity import activity
from crm.clients.client import CLIENT_RECORD, Client, get_client
from crm.clients.companies import ClientCompany, refuse_several
from crm.clients.duplicates import refuse_duplicate
from crm.clients.fields import ClientChanges, ClientFields, given_values
from crm.clients.keys import client_keys
from crm.clients.links import check_companies, check_company, count_people
from crm.clients.several import BESIDE, columns_of, ledger_facts, store_lists, unchanged_lists, with_lists
from crm.clients.sought_texts import other_texts
from crm.custom_fields.custom_field import PREFIX
from crm.custom_fields.values import (
    check_changed_custom,
    check_new_custom,
    store_custom,
)
from crm.db.fulltext import forget_texts, index_texts
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.money import check_current
from crm.records.kinds import follow_renaming
from crm.records.skeleton import differing, facts_of, refuse_stale
from crm.records.tags import set_tags

SEARCH = "clients_search"


def create_client(
    tx: Transaction, fields: ClientFields, *, allow_duplicate: bool = False, complete: bool = False
) -> Client:
    """Raises Invalid, or Conflict with `candidates` when a live client has the same e-mail or phone.

    Where `complete`, each custom field that is required must be given.
    """
    values = with_lists(tx, given_values(fields), {}, whole=True)
    values = check_new_custom(tx, "client", values, complete=complete)
    refuse_several(values)
    check_links(tx, values)
    if not allow_duplicate:
        refuse_duplicate(tx, values)
    return get_client(tx, insert_client(tx, values))


def insert_client(tx: Transaction, values: dict[str, Any]) -> int:
    """Store checked values as a new client, with its search index and ledger entry; returns the id."""
    values.pop("custom", None)
    columns = columns_to_store(tx, values)
    client_id = tx.insert(INSERT, **columns)
    tags = set_tags(tx, "client", client_id, values["tags"]) if values["tags"] else []
    store_lists(tx, client_id, {}, values)
    store_custom(tx, "client", client_id, values)
    index_texts(tx, SEARCH, client_id, *texts_of(columns))
    facts = {
        name: value
        for name, value in ledger_facts({**values, "tags": tags}).items()
        if value not in (None, [])
    }
    activity.record(tx, "client.created", "client", client_id, after=facts)
    return client_id


def change_client(
    tx: Transaction,
    client_id: int,
    fields: ClientFields | ClientChanges,
    *,
    expected_version: int | None = None,
    allow_duplicate: bool = False,
) -> Client:
    """Write the differing values: all fields of a whole client, or only the given ones of changes.

    Raises NotFound, Stale, Invalid, and Conflict when the new e-mail or phone is another live client's or a
    company with people is to become a person. If nothing differs, nothing is written.
    """
    old = get_client(tx, client_id)
    refuse_stale(CLIENT_RECORD, old, expected_version)
    before = facts_of(CLIENT_RECORD, old)
    whole = not isinstance(fields, ClientChanges)
    given = with_lists(tx, given_values(fields), before, whole=whole)
    given = check_changed_custom(tx, "client", client_id, old.custom, given, whole=whole)
    values = differing(CLIENT_RECORD, old, given)
    if not values:
        return old
    refuse_several({**before, **values})
    check_links(tx, values, of=client_id, known=old.companies)
    check_kind(tx, old, values)
    if not allow_duplicate:
        refuse_duplicate(tx, values, besides=client_id, known=before)
    new = write_values(tx, old, values)
    if _sought_texts(tx, new) != _sought_texts(tx, old):
        forget_texts(tx, SEARCH, client_id)
        index_client(tx, new)
    if new.name != old.name:
        follow_renaming(tx, "client", client_id)
    return new


def write_values(tx: Transaction, old: Client, values: dict[str, Any]) -> Client:
    """Store checked values that differ from the old ones, with their entry in the ledger."""
    new = store_values(tx, old, values)
    earlier, later = facts_of(CLIENT_RECORD, old), facts_of(CLIENT_RECORD, new)
    before, after = activity.changes(earlier | unchanged_lists(earlier, later), later)
    activity.record(tx, "client.changed", "client", old.id, before=before, after=after)
    return new


def store_values(tx: Transaction, old: Client, values: dict[str, Any]) -> Client:
    """As part of a change that has a ledger entry of its own."""
    earlier = facts_of(CLIENT_RECORD, old)
    facts = {**earlier, **values}
    if "tags" in values:
        set_tags(tx, "client", old.id, values["tags"])
    store_custom(tx, "client", old.id, values)
    tx.run(
        """
        UPDATE clients
           SET kind = :kind, name = :name, name_key = :name_key, email = :email, email_key = :email_key,
               phone = :phone, email_label = :email_label, phone_label = :phone_label,
               company_id = :company_id, company_role = :company_role, job_title = :job_title,
               birthday = :birthday, website = :website, address_label = :address_label, address = :address,
               postal_code = :postal_code, city = :city, region = :region, country = :country,
               status = :status, source = :source,
               owner_id = :owner_id, notes = :notes, language = :language, currency = :currency,
               city_key = :city_key, source_key = :source_key,
               sought = :sought, joined = :joined,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :client_id
        """,
        client_id=old.id,
        **columns_to_store(tx, facts),
    )
    store_lists(tx, old.id, earlier, values)
    return get_client(tx, old.id)


def index_client(tx: Transaction, client: Client) -> None:
    index_texts(tx, SEARCH, client.id, *_sought_texts(tx, client))


def index_anew(tx: Transaction, client: Client) -> None:
    """With the records that are found by the client's name, which may be other ones now."""
    forget_texts(tx, SEARCH, client.id)
    index_client(tx, client)
    follow_renaming(tx, "client", client.id)


def _sought_texts(tx: Transaction, client: Client) -> tuple[str, ...]:
    """The texts in which a search looks for the client."""
    return texts_of(columns_to_store(tx, facts_of(CLIENT_RECORD, client)))


def texts_of(columns: dict[str, Any]) -> tuple[str, ...]:
    texts = (columns[name] or "" for name in ("name_key", "email_key", "sought", "joined"))
    return (columns["phone"] or "")[1:], *texts


def check_links(
    tx: Transaction, values: dict[str, Any], of: int | None = None, known: Sequence[ClientCompany] = ()
) -> None:
    """Raises Invalid. `known` are the companies that the client belongs to already."""
    if values.get("company_id") is not None:
        check_company(tx, values["company_id"], of=of)
    if len(values.get("companies") or ()) > 1:
        check_companies(tx, values["companies"], of=of, known={each.company_id for each in known})
    if values.get("owner_id") is not None:
        check_owner(tx, values["owner_id"])
    if values.get("currency") is not None:
        check_current(values["currency"])


def check_kind(tx: Transaction, old: Client, values: dict[str, Any]) -> None:
    if values.get("kind") != "person":
        return
    people = count_people(tx, old.id)
    if people:
        raise Conflict("A company with contacts cannot become a person.", {"people": people})


IN_OTHER_TABLES = frozenset({"tags", *BESIDE})


def columns_to_store(
    tx: Transaction, facts: dict[str, Any], firms: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """`firms` are the names of companies by id, where they are known already."""
    own = {
        name: value
        for name, value in facts.items()
        if name not in IN_OTHER_TABLES and not name.startswith(PREFIX)
    }
    return {**own, **columns_of(facts), **client_keys(facts, other_texts(tx, facts, firms))}


INSERT = """
        INSERT INTO clients (workspace_id, kind, name, name_key, email, email_key, phone, email_label,
                             phone_label, company_id, company_role, job_title, birthday, website,
                             address_label, address, postal_code, city, region, country, status, source,
                             owner_id, notes, language, currency,
                             city_key, source_key, sought, joined, created_at, updated_at)
        VALUES (:workspace_id, :kind, :name, :name_key, :email, :email_key, :phone, :email_label,
                :phone_label, :company_id, :company_role, :job_title, :birthday, :website,
                :address_label, :address, :postal_code, :city, :region, :country, :status, :source,
                :owner_id, :notes, :language, :currency,
                :city_key, :source_key, :sought, :joined, :now, :now)
        RETURNING id
"""
