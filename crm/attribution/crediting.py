"""The campaign that a lead is counted with: by its first touch that has one, or by a person."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm.activity import activity
from crm.db.transaction import Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.leads.lead import get_lead
from crm.records.kinds import kinds_of
from crm.records.seen import name_of

CREDITED = "campaign"
NO_CAMPAIGN = Sentence("There is no such campaign.")
FIRST_CREDITED = """
    SELECT t.campaign_id
      FROM touches t
     WHERE t.workspace_id = :workspace_id
       AND t.lead_id = :lead_id
       AND t.campaign_id IS NOT NULL
     ORDER BY t.happened_at, t.id
     LIMIT 1
"""
STORE = """
    INSERT INTO lead_campaigns (workspace_id, lead_id, campaign_id, chosen)
    VALUES (:workspace_id, :lead_id, :campaign_id, :chosen)
        ON CONFLICT (workspace_id, lead_id)
        DO UPDATE SET campaign_id = excluded.campaign_id, chosen = excluded.chosen
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


def credit_lead(tx: Transaction, lead_id: int) -> None:
    """With the campaign of its earliest touch that has one, unless it has one or a person decided."""
    before = credited_to(tx, lead_id)
    if before.campaign_id is None and not before.chosen:
        found = tx.value(FIRST_CREDITED, lead_id=lead_id)
        if found is not None:
            _store(tx, lead_id, int(found), before, chosen=False)


def choose_campaign(tx: Transaction, lead_id: int, campaign_id: int | None) -> Credited:
    """What a person says about it; the touches stay as they were told. Raises NotFound and Invalid."""
    get_lead(tx, lead_id)
    before = credited_to(tx, lead_id)
    if campaign_id == before.campaign_id:
        return before
    if campaign_id is not None:
        _check(tx, campaign_id)
    _store(tx, lead_id, campaign_id, before, chosen=True)
    return credited_to(tx, lead_id)


def _check(tx: Transaction, campaign_id: int) -> None:
    lookup = kinds_of(tx).by_name[CREDITED].lookup
    try:
        if lookup is not None:
            lookup.get(tx, campaign_id)
    except NotFound:
        raise Invalid.field("campaign_id", NO_CAMPAIGN) from None


def _store(tx: Transaction, lead_id: int, campaign_id: int | None, before: Credited, *, chosen: bool) -> None:
    tx.run(STORE, lead_id=lead_id, campaign_id=campaign_id, chosen=int(chosen))
    was, now = {"campaign_id": before.campaign_id}, {"campaign_id": campaign_id}
    activity.record(tx, "lead.attributed", "lead", lead_id, before=was, after=now)
