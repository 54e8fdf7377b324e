"""Deleting and restoring clients: a tombstone, never a loss."""

from crm.clients.client import CLIENT_RECORD, Client, find_client, get_client
from crm.clients.clients import SEARCH, index_client, write_values
from crm.clients.companies import Link, main_company_first
from crm.clients.duplicates import refuse_duplicate
from crm.clients.links import check_company, count_people, list_further_people
from crm.clients.new_companies import create_company
from crm.custom_fields.uniqueness import claim_record, free_record
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.records.skeleton import facts_of, in_trash, refuse_stale
from crm.records.tombstones import bury, unbury


def delete_client(
    tx: Transaction,
    client_id: int,
    *,
    expected_version: int | None = None,
    detach_people: bool = False,
    people_to: int | None = None,
    people_to_new: str = "",
) -> None:
    """Put the client into the trash. A company's people are detached, or moved to the company `people_to`,
    or to a new one that is named `people_to_new`.

    Raises NotFound, Stale, Invalid, and Conflict with the count of `people` if it has some and neither is
    asked for.
    """
    client = get_client(tx, client_id)
    refuse_stale(CLIENT_RECORD, client, expected_version)
    if people_to_new:
        people_to = create_company(tx, people_to_new, field="people_to")
    if people_to is not None:
        _check_heir(tx, client_id, people_to)
    people = count_people(tx, client_id)
    if people and people_to is None and not detach_people:
        raise Conflict("The company still has contacts. Reassign them first.", {"people": people})
    if people:
        _move_people(tx, client_id, people_to)
    forget_texts(tx, SEARCH, client_id)
    free_record(tx, "client", client_id)
    bury(tx, CLIENT_RECORD, client)


def restore_client(
    tx: Transaction, client_id: int, *, expected_version: int | None = None, allow_duplicate: bool = False
) -> Client:
    """Take a client out of the trash; without their company, if that was deleted meanwhile.

    Raises NotFound unless they are there, Stale, and Conflict with `candidates` when a live client has the
    same e-mail or phone now.
    """
    old = in_trash(CLIENT_RECORD, find_client(tx, client_id))
    refuse_stale(CLIENT_RECORD, old, expected_version)
    if not allow_duplicate:
        refuse_duplicate(tx, facts_of(CLIENT_RECORD, old), besides=client_id)
    claim_record(tx, "client", client_id)
    unbury(tx, CLIENT_RECORD, old)
    client = _without_lost_company(tx, get_client(tx, client_id))
    index_client(tx, client)
    return client


def _check_heir(tx: Transaction, client_id: int, people_to: int) -> None:
    try:
        check_company(tx, people_to, of=client_id)
    except Invalid as error:
        raise Invalid.field("people_to", error.problems[0].message) from None


def _move_people(tx: Transaction, company_id: int, people_to: int | None) -> None:
    rows = tx.all(
        """
        SELECT id
          FROM clients
         WHERE workspace_id = :workspace_id
           AND company_id = :company_id
           AND deleted_at IS NULL
         ORDER BY id
        """,
        company_id=company_id,
    )
    for client_id in (*(row["id"] for row in rows), *list_further_people(tx, company_id)):
        _move_person(tx, get_client(tx, client_id), company_id, people_to)


def _move_person(tx: Transaction, client: Client, company_id: int, people_to: int | None) -> None:
    """With the role, to the company that takes over; else only their other companies are left."""
    moved: list[Link] = []
    for link in facts_of(CLIENT_RECORD, client)["companies"]:
        if link["company_id"] != company_id:
            moved.append(link)
        elif people_to is not None:
            moved.append({**link, "company_id": people_to})
    main = moved[0]["company_id"] if moved else None
    write_values(tx, client, main_company_first(main, [moved]))


def _without_lost_company(tx: Transaction, client: Client) -> Client:
    if client.company_id is None:
        return client
    try:
        check_company(tx, client.company_id, of=client.id)
    except Invalid:
        others = facts_of(CLIENT_RECORD, client)["companies"][1:]
        return write_values(tx, client, main_company_first(None, [others]))
    return client
