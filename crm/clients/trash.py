"""Deleting a client and taking them back: a tombstone, never a loss."""

from dataclasses import asdict

from crm.activity import activity
from crm.clients.client import Client, find_client, live_client
from crm.clients.clients import SEARCH, index_client, refuse_stale, write_values
from crm.clients.duplicates import refuse_duplicate
from crm.clients.links import check_company, count_people
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound


def delete_client(
    tx: Transaction,
    client_id: int,
    *,
    expected_version: int | None = None,
    detach_people: bool = False,
    people_to: int | None = None,
) -> None:
    """Put the client into the trash. A company's people are detached, or moved to the company `people_to`.

    Raises NotFound, Stale, Invalid, and Conflict with the count of `people` when it has some and neither is
    asked for.
    """
    client = live_client(tx, client_id)
    refuse_stale(client, expected_version)
    if people_to is not None:
        _check_heir(tx, client_id, people_to)
    people = count_people(tx, client_id)
    if people and people_to is None and not detach_people:
        raise Conflict(
            "The company still has people. Move them to another company, or detach them.", {"people": people}
        )
    if people:
        _move_people(tx, client_id, people_to)
    _set_deleted_at(tx, client_id, tx.now)
    forget_texts(tx, SEARCH, client_id)
    activity.record(tx, "client.deleted", "client", client_id, before={"name": client.name})


def restore_client(
    tx: Transaction, client_id: int, *, expected_version: int | None = None, allow_duplicate: bool = False
) -> Client:
    """Take a client out of the trash; their company, if it was deleted meanwhile, is left behind.

    Raises NotFound unless they lie there, Stale, and Conflict with `candidates` when a live client has the
    same e-mail or phone by now.
    """
    old = find_client(tx, client_id)
    if old is None or old.deleted_at is None:
        raise NotFound("There is no such client in the trash.")
    refuse_stale(old, expected_version)
    if not allow_duplicate:
        refuse_duplicate(tx, asdict(old), besides=client_id)
    _set_deleted_at(tx, client_id, None)
    activity.record(tx, "client.restored", "client", client_id, after={"name": old.name})
    client = _without_lost_company(tx, live_client(tx, client_id))
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
    for row in rows:
        write_values(tx, live_client(tx, row["id"]), {"company_id": people_to})


def _without_lost_company(tx: Transaction, client: Client) -> Client:
    if client.company_id is None:
        return client
    try:
        check_company(tx, client.company_id, of=client.id)
    except Invalid:
        return write_values(tx, client, {"company_id": None})
    return client


def _set_deleted_at(tx: Transaction, client_id: int, moment: str | None) -> None:
    tx.run(
        """
        UPDATE clients
           SET deleted_at = :moment, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :client_id
        """,
        client_id=client_id,
        moment=moment,
    )
