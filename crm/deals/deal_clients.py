"""Whose deal it is: an existing client, one that matches, or a new one."""

from crm.activity import activity
from crm.clients.client import find_client
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.db.transaction import Transaction
from crm.deals.deal import DEAL_RECORD, Deal, get_deal
from crm.deals.deal_fields import ClientOfDeal
from crm.deals.deal_index import index_deal
from crm.deals.scenarios import refuse_frozen
from crm.errors import Conflict, FieldProblem, Invalid, NotFound, Sentence
from crm.records.skeleton import refuse_stale


def check_client(tx: Transaction, client_id: int) -> int:
    """Raises Invalid unless the client is live and of this workspace."""
    client = find_client(tx, client_id)
    if client is None or client.deleted_at is not None:
        raise Invalid.field("client_id", "is not a client of this workspace")
    return client_id


def client_for(tx: Transaction, fields: ClientFields) -> int:
    """A new client, or the one who has the e-mail address or phone number. Raises Invalid."""
    try:
        with tx.savepoint():
            return create_client(tx, fields, complete=True).id
    except Conflict as error:
        candidates = error.extra.get("candidates")
        if not isinstance(candidates, list) or not candidates:
            raise
        return int(candidates[0]["id"])
    except Invalid as error:
        raise error.reworded(lambda each: FieldProblem(f"client.{each.field}", each.message)) from None


def attach_client(
    tx: Transaction, deal_id: int, given: ClientOfDeal, *, expected_version: int | None = None
) -> Deal:
    """Raises NotFound for a deal or client that is not of this workspace, Stale, and Conflict for a second
    client without `replace`, and where the deal is delivered or cancelled. Once it is approved, owners and
    admins alone replace the client.
    """
    deal = get_deal(tx, deal_id)
    refuse_stale(DEAL_RECORD, deal, expected_version)
    client = find_client(tx, given.client_id)
    if client is None or client.deleted_at is not None:
        raise NotFound(Sentence("There is no such {record}.", record=Sentence("client")))
    if deal.client_id == given.client_id:
        return deal
    if deal.state in {"delivered", "cancelled"}:
        raise Conflict("The client of a delivered or cancelled deal stays.")
    if deal.client_id is not None:
        refuse_frozen(tx, deal)
        _refuse_second(given)
    return _write(tx, deal, given)


def _refuse_second(given: ClientOfDeal) -> None:
    if not given.replace:
        raise Conflict("This deal has a client. Send replace with a reason to give it another one.")
    if given.reason is None:
        raise Invalid.field("reason", "is required to replace the client")


def _write(tx: Transaction, deal: Deal, given: ClientOfDeal) -> Deal:
    tx.run(
        """
        UPDATE deals
           SET client_id = :client_id, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
        """,
        deal_id=deal.id,
        client_id=given.client_id,
    )
    changed = get_deal(tx, deal.id)
    index_deal(tx, changed, anew=True)
    after = {"client_id": given.client_id} | ({"reason": given.reason} if given.reason else {})
    activity.record(tx, "deal.linked", "deal", deal.id, before={"client_id": deal.client_id}, after=after)
    return changed
