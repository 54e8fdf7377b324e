"""Touches that a person adds to a lead, and takes back; what was told stays as it was told."""

from crm import clock
from crm.activity import activity
from crm.attribution.crediting import check_campaign, credit_anew
from crm.attribution.fields import TouchByHand
from crm.attribution.marks import read_touch
from crm.attribution.touch import Touch, get_touch
from crm.attribution.touches import insert_touch, looked_for
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.leads.lead import get_lead

TELLS = ("utm_source", "utm_medium", "utm_campaign", "ad_id")
TELLS_NOTHING = Sentence("Choose the campaign, or tell at least one thing of how they came.")
NOT_BY_HAND = Sentence("What was told stays. Only touches that people added can be taken back.")


def add_touch(tx: Transaction, lead_id: int, fields: TouchByHand) -> Touch:
    """It stands behind those that are there, whenever it happened. Its lead is counted with the campaign of
    the first touch that has one, unless a person chose one. Raises NotFound and Invalid.
    """
    get_lead(tx, lead_id)
    given = fields.model_dump()
    facts = read_touch({name: value for name, value in given.items() if value is not None})
    if fields.campaign_id is None and not facts.keys() & set(TELLS):
        raise Invalid.field("campaign_id", TELLS_NOTHING)
    at = _moment(tx, fields)
    values = looked_for(tx, facts)
    if fields.campaign_id is not None:
        check_campaign(tx, fields.campaign_id)
        values |= {"campaign_id": fields.campaign_id, "found_by": "person"}
    touch_id = insert_touch(tx, "hand", facts, lead_id=lead_id, conversation_id=None, at=at, **values)
    activity.record(tx, "touch.added", "touch", touch_id, after={"lead_id": lead_id, **facts})
    credit_anew(tx, lead_id)
    return get_touch(tx, lead_id, touch_id)


def withdraw_touch(tx: Transaction, lead_id: int, touch_id: int) -> None:
    """Raises NotFound, and Conflict for one that was told."""
    get_lead(tx, lead_id)
    touch = get_touch(tx, lead_id, touch_id)
    if touch.origin != "hand":
        raise Conflict(NOT_BY_HAND)
    tx.run(
        """
        UPDATE touches
           SET withdrawn_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :touch_id
        """,
        touch_id=touch_id,
    )
    activity.record(tx, "touch.withdrawn", "touch", touch_id, before={"lead_id": lead_id, **touch.facts})
    credit_anew(tx, lead_id)


def _moment(tx: Transaction, fields: TouchByHand) -> str:
    if fields.happened_at is None:
        return tx.now
    at = clock.as_text(fields.happened_at)
    if at > tx.now:
        raise Invalid.field("happened_at", "must not be in the future")
    return at
