"""One change for many clients at once: for the ticked ones, or for all that a list would show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from crm.clients.bulk import (
    MOST,
    Assignment,
    ClientOperation,
    Deletion,
    Restoration,
    Tagging,
    Update,
    change_many_clients,
)
from crm.clients.client import Client, find_client
from crm.clients.fields import PatchedClient
from crm.clients.listing import list_clients
from crm.clients.listing_sqlite import ClientFilter
from crm.db.transaction import Transaction
from crm.errors import Conflict, FieldProblem, Invalid
from crm.fields import parse_fields

Action = Literal["status", "owner", "tag", "untag", "delete", "restore"]


@dataclass(frozen=True, slots=True)
class Change:
    """`value` is the status, the owner's id (empty for nobody) or the tag; two actions need none."""

    action: Action
    value: str = ""


def change_selection(
    tx: Transaction, chosen: Sequence[int] | ClientFilter, change: Change, *, sort: str | None = None
) -> list[int]:
    """Change them all, or none; returns their ids. A filter stands for the first MOST clients of its list.

    Raises Invalid, naming in words the clients that stand in the way, and Conflict when nobody is chosen.
    """
    if isinstance(chosen, ClientFilter):
        ids = [client.id for client in list_clients(tx, chosen, sort=sort, limit=MOST).rows]
    else:
        ids = list(dict.fromkeys(chosen))
    if not ids:
        raise Conflict("Nobody is chosen.")
    if len(ids) > MOST:
        raise Conflict(f"At most {MOST} clients can be changed at once.")
    operations = [_operation(client_id, change) for client_id in ids]
    try:
        change_many_clients(tx, operations)
    except Invalid as error:
        raise Invalid(*(_named(tx, ids, problem) for problem in error.problems)) from None
    return ids


def _operation(client_id: int, change: Change) -> ClientOperation:
    match change.action:
        case "status":
            fields = parse_fields(PatchedClient, {"status": change.value})
            return Update(op="update", id=client_id, fields=fields)
        case "owner":
            owner_id = int(change.value) if change.value.isdecimal() else None
            return parse_fields(Assignment, {"op": "assign", "id": client_id, "owner_id": owner_id})
        case "tag":
            return parse_fields(Tagging, {"op": "tag", "id": client_id, "add": [change.value]})
        case "untag":
            return parse_fields(Tagging, {"op": "tag", "id": client_id, "remove": [change.value]})
        case "delete":
            return Deletion(op="delete", id=client_id)
        case "restore":
            return Restoration(op="restore", id=client_id)
        case _:
            assert_never(change.action)


def _named(tx: Transaction, ids: Sequence[int], problem: FieldProblem) -> FieldProblem:
    """`operations.3.owner_id` becomes the name of the fourth client."""
    index = problem.field.split(".")[1]
    client: Client | None = find_client(tx, ids[int(index)])
    return FieldProblem(client.name if client else f"№ {ids[int(index)]}", problem.message)
