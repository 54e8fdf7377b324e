"""A touch as it is read: how somebody came, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.records.seen import name_of

Origin = Literal["ad", "form", "lead_form", "stock_page", "api", "import", "hand"]
FoundBy = Literal["ad", "ad_set", "campaign", "utm", "source", "person"]
MOST_TOUCHES = 100


@dataclass
class Touch:
    """`facts` are as they were told, by name: `utm_source`, `gclid`, `ctwa_clid`, … `campaign_id` is what the
    touch is credited to, and `found_by` what told so.
    """

    id: int
    lead_id: int | None
    conversation_id: int | None
    origin: Origin
    facts: Mapping[str, Any]
    campaign_id: int | None
    campaign_name: str | None
    found_by: FoundBy | None
    happened_at: str
    created_at: str


def first_touch(tx: Transaction, lead_id: int) -> Touch | None:
    """How the lead came; None where nothing told so."""
    found = touches_of_lead(tx, lead_id)
    return found[0] if found else None


def touches_of_lead(tx: Transaction, lead_id: int) -> list[Touch]:
    """The first one first, up to a hundred."""
    return _touches(tx, "t.lead_id", lead_id)


def get_touch(tx: Transaction, lead_id: int, touch_id: int) -> Touch:
    """Raises NotFound, also for one of another lead, and one that was taken back."""
    found = [each for each in _touches(tx, "t.id", touch_id, most=1) if each.lead_id == lead_id]
    if not found:
        raise NotFound("There is no such touch.")
    return found[0]


def touches_of_conversation(tx: Transaction, conversation_id: int) -> list[Touch]:
    """The first one first, up to a hundred."""
    return _touches(tx, "t.conversation_id", conversation_id)


def _touches(tx: Transaction, column: str, record_id: int, most: int = MOST_TOUCHES) -> list[Touch]:
    rows = tx.tuples(
        f"""
        SELECT t.id, t.lead_id, t.conversation_id, t.origin, t.facts, t.campaign_id,
               {name_of(tx, "campaign", "t.campaign_id", "campaign")} AS campaign_name,
               t.found_by, t.happened_at, t.created_at
          FROM touches t
         WHERE t.workspace_id = :workspace_id
           AND {column} = :record_id
           AND t.withdrawn_at IS NULL
         ORDER BY t.happened_at, t.id
         LIMIT :most
        """,
        record_id=record_id,
        most=most,
    )
    return sorted((_touch(Touch(*row)) for row in rows), key=_place)


def _place(touch: Touch) -> tuple[str, int]:
    """What a person adds stands behind what was known by then, whenever it happened: the first one stays."""
    return (touch.created_at if touch.origin == "hand" else touch.happened_at, touch.id)


def _touch(touch: Touch) -> Touch:
    touch.facts = orjson.loads(str(touch.facts))
    return touch
