"""The campaign that a lead is counted with: by its first touch that has one, or by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.leads.lead import get_lead
from crm.records.kinds import kinds_of
from crm.records.seen import name_of

CREDITED = "campaign"
Came = tuple[Any, ...]
"""The campaign's id, and what the platform calls its ad and ad set."""
NOTHING: Came = (None, None, None)
NO_CAMPAIGN = Sentence("There is no such campaign.")
CREDITED_BY = """
    SELECT t.campaign_id, t.ad_id, t.ad_set_id,
           CASE WHEN t.origin = 'hand' THEN t.created_at ELSE t.happened_at END AS stands_at, t.id
      FROM touches t
     WHERE t.workspace_id = :workspace_id
       AND t.lead_id = :lead_id
       AND t.withdrawn_at IS NULL
       AND {of_campaign}
"""
OF_ANY = CREDITED_BY.format(of_campaign="t.campaign_id IS NOT NULL")
OF_ONE = CREDITED_BY.format(of_campaign="t.campaign_id = :campaign_id")
STORE = """
    INSERT INTO lead_campaigns (workspace_id, lead_id, campaign_id, chosen, ad_id, ad_set_id, campaign_key)
    VALUES (:workspace_id, :lead_id, :campaign_id, :chosen, :ad_id, :ad_set_id,
            (SELECT c.name_order
               FROM campaigns c
              WHERE c.workspace_id = :workspace_id
                AND c.id = :campaign_id))
        ON CONFLICT (workspace_id, lead_id)
        DO UPDATE SET campaign_id = excluded.campaign_id, chosen = excluded.chosen, ad_id = excluded.ad_id,
                      ad_set_id = excluded.ad_set_id, campaign_key = excluded.campaign_key
"""


@dataclass(frozen=True)
class Credited:
    """`chosen`: by a person, so that no touch changes it. Without an id, the lead is counted with none."""

    campaign_id: int | None = None
    campaign_name: str | None = None
    chosen: bool = False


def find_credited(tx: Transaction, keys: Mapping[str, str | None]) -> tuple[int, str] | None:
    """The campaign that these keys of a touch lead to, and which of them did."""
    find = kinds_of(tx).by_name[CREDITED].credited
    return None if find is None or not any(keys.values()) else find(tx, keys)


def credited_to(tx: Transaction, lead_id: int) -> Credited:
    rows = tx.tuples(
        f"""
        SELECT lc.campaign_id, {name_of(tx, CREDITED, "lc.campaign_id", "named")} AS campaign_name, lc.chosen
          FROM lead_campaigns lc
         WHERE lc.workspace_id = :workspace_id
           AND lc.lead_id = :lead_id
        """,
        lead_id=lead_id,
    )
    return Credited(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else Credited()


def credited_names(tx: Transaction, lead_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Id and name of the campaign, by lead; without those that have none."""
    rows = tx.tuples(
        f"""
        SELECT lc.lead_id, lc.campaign_id, {name_of(tx, CREDITED, "lc.campaign_id", "named")} AS campaign_name
          FROM lead_campaigns lc
         WHERE lc.workspace_id = :workspace_id
           AND lc.lead_id IN (SELECT value FROM json_each(:ids))
        """,
        ids=orjson.dumps(lead_ids).decode(),
    )
    return {lead_id: (campaign_id, name) for lead_id, campaign_id, name in rows if name is not None}


def credit_lead(tx: Transaction, lead_id: int) -> None:
    """With the campaign of its first touch that has one, unless it has one or a person decided."""
    before = credited_to(tx, lead_id)
    if before.campaign_id is None and not before.chosen:
        found = _first(tx, OF_ANY, lead_id=lead_id)
        if found is not None:
            _store(tx, lead_id, found, before, chosen=False)


def credit_source(tx: Transaction, lead_id: int, campaign_id: int) -> None:
    """With the campaign that its source names, unless it has one or a person decided."""
    before = credited_to(tx, lead_id)
    if before.campaign_id is None and not before.chosen:
        _store(tx, lead_id, (campaign_id, None, None), before, chosen=False)


def credit_anew(tx: Transaction, lead_id: int) -> None:
    """After a person added or took back a touch: with the campaign of what is its first touch now."""
    before = credited_to(tx, lead_id)
    if not before.chosen:
        found = _first(tx, OF_ANY, lead_id=lead_id) or NOTHING
        if found[0] != before.campaign_id:
            _store(tx, lead_id, found, before, chosen=False)


def choose_campaign(tx: Transaction, lead_id: int, campaign_id: int | None) -> Credited:
    """What a person says about it; the touches stay as they were told. Raises NotFound and Invalid."""
    get_lead(tx, lead_id)
    before = credited_to(tx, lead_id)
    if campaign_id == before.campaign_id:
        return before
    if campaign_id is None:
        _store(tx, lead_id, NOTHING, before, chosen=True)
        return credited_to(tx, lead_id)
    check_campaign(tx, campaign_id)
    found = _first(tx, OF_ONE, lead_id=lead_id, campaign_id=campaign_id)
    _store(tx, lead_id, found or (campaign_id, None, None), before, chosen=True)
    return credited_to(tx, lead_id)


def _first(tx: Transaction, sql: str, **given: int) -> Came | None:
    """Of the touches that these are, as `touches_of_lead` orders them."""
    rows = tx.tuples(sql, **given)
    return min(rows, key=lambda row: row[3:])[:3] if rows else None


def rename_credited(tx: Transaction, campaign_id: int, key: str) -> None:
    """Its leads are listed by the name that it has now."""
    tx.run(
        """
        UPDATE lead_campaigns
           SET campaign_key = :key
         WHERE workspace_id = :workspace_id
           AND campaign_key IS DISTINCT FROM :key
           AND lead_id IN (SELECT held.lead_id
                             FROM lead_campaigns held
                            WHERE held.workspace_id = :workspace_id
                              AND held.campaign_id = :campaign_id)
        """,
        campaign_id=campaign_id,
        key=key,
    )


def check_campaign(tx: Transaction, campaign_id: int) -> None:
    """Raises Invalid for one that there is not."""
    lookup = kinds_of(tx).by_name[CREDITED].lookup
    try:
        if lookup is not None:
            lookup.get(tx, campaign_id)
    except NotFound:
        raise Invalid.field("campaign_id", NO_CAMPAIGN) from None


def _store(tx: Transaction, lead_id: int, found: Came, before: Credited, *, chosen: bool) -> None:
    campaign_id, ad_id, ad_set_id = found
    given = {"campaign_id": campaign_id, "ad_id": ad_id, "ad_set_id": ad_set_id}
    tx.run(STORE, lead_id=lead_id, chosen=int(chosen), **given)
    was, now = {"campaign_id": before.campaign_id}, {"campaign_id": campaign_id}
    activity.record(tx, "lead.attributed", "lead", lead_id, before=was, after=now)
