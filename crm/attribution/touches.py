"""Keeping touches: each as it was told, once; and what a lead is credited to by them."""

from collections.abc import Mapping
from typing import Any

import orjson

from crm.activity import activity
from crm.attribution.crediting import credit_lead, find_credited
from crm.attribution.marks import read_touch
from crm.attribution.touch import Origin
from crm.db.transaction import Transaction

UTM_BESIDE = ("utm_medium", "utm_term", "utm_content")
NOT_ALONE = frozenset({"page", "referrer"})
LEAST_DIGITS = 6
"""Platforms' ids have more: a UTM value of so many digits is one, as their own placeholders give it."""
INSERT = """
        INSERT INTO touches (workspace_id, lead_id, conversation_id, origin, facts, ad_id, ad_set_id,
                             ad_campaign_id, utm_campaign, utm_source, campaign_id, found_by, happened_at,
                             created_at)
        VALUES (:workspace_id, :lead_id, :conversation_id, :origin, :facts, :ad_id, :ad_set_id,
                :ad_campaign_id, :utm_campaign, :utm_source, :campaign_id, :found_by, :at,
                :now)
        RETURNING id
"""


def keep_touch(
    tx: Transaction,
    origin: Origin,
    given: Mapping[str, object],
    *,
    lead_id: int | None = None,
    conversation_id: int | None = None,
    at: str | None = None,
) -> int | None:
    """Keep how somebody came, beside what was kept before. None where `given` does not tell.

    `at` is when they came, where that was before now.
    """
    facts = read_touch(given)
    if not facts.keys() - NOT_ALONE:
        return None
    values = {"lead_id": lead_id, "conversation_id": conversation_id, "at": at or tx.now}
    touch_id = insert_touch(tx, origin, facts, **values, **looked_for(tx, facts))
    _record(tx, touch_id, origin=origin, lead_id=lead_id, conversation_id=conversation_id)
    if lead_id is not None:
        credit_lead(tx, lead_id)
    return touch_id


def insert_touch(tx: Transaction, origin: Origin, facts: Mapping[str, str], **values: Any) -> int:
    return tx.insert(INSERT, origin=origin, facts=orjson.dumps(facts).decode(), **values)


def looked_for(tx: Transaction, facts: Mapping[str, str]) -> dict[str, Any]:
    """By what its campaign is looked for, and the campaign where it is known by now."""
    keys = touch_keys(facts)
    found = find_credited(tx, keys | {name: facts.get(name) for name in UTM_BESIDE})
    campaign_id, found_by = found or (None, None)
    return {**keys, "campaign_id": campaign_id, "found_by": found_by}


def _record(tx: Transaction, touch_id: int, **facts: Any) -> None:
    after = {name: value for name, value in facts.items() if value is not None}
    activity.record(tx, "touch.created", "touch", touch_id, after=after)


def touch_keys(facts: Mapping[str, str]) -> dict[str, str | None]:
    """By what its campaign is looked for."""
    of_ad = facts.get("source_id") if facts.get("source_type") == "ad" else None
    return {
        "ad_id": facts.get("ad_id") or of_ad or _platform_id(facts.get("utm_content")),
        "ad_set_id": facts.get("ad_set_id") or _platform_id(facts.get("utm_term")),
        "ad_campaign_id": facts.get("ad_campaign_id")
        or facts.get("utm_id")
        or facts.get("gad_campaignid")
        or _platform_id(facts.get("utm_campaign")),
        "utm_campaign": facts.get("utm_campaign"),
        "utm_source": facts.get("utm_source"),
    }


def adopt_touches(tx: Transaction, conversation_id: int, lead_id: int) -> None:
    """The touches of a conversation that led to no lead yet led to this one."""
    adopted = tx.run(
        """
        UPDATE touches
           SET lead_id = :lead_id
         WHERE workspace_id = :workspace_id
           AND conversation_id = :conversation_id
           AND lead_id IS NULL
        """,
        conversation_id=conversation_id,
        lead_id=lead_id,
    )
    if adopted:
        credit_lead(tx, lead_id)


def _platform_id(text: str | None) -> str | None:
    return text if text and len(text) >= LEAST_DIGITS and text.isdecimal() else None
