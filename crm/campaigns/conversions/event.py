"""What is told of a won lead: its value, whose it is, and the clicks that it came by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crm import clock
from crm.attribution.touch import touches_of_lead
from crm.campaigns.lead_results import money_of_lead
from crm.clients.client import Client, get_client
from crm.clients.consents import states_of
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.leads.lead import get_lead

CLICKS = ("gclid", "gbraid", "wbraid", "fbclid", "ctwa_clid")
NOT_WON = "The lead is not won any more."
NO_CLIENT = "The lead has no client."
NO_CONSENT = "No consent to marketing is kept of the client."


class Withheld(Exception):
    """Why nothing is told."""


@dataclass(frozen=True, slots=True)
class Event:
    """`value` is the money that results of campaigns count, too. `clicks` are the ids that platforms gave, by
    their names; `clicked_at` is when the first one came.
    """

    id: str
    happened_at: datetime
    value: int | float
    currency: str
    email: str | None
    phone: str | None
    clicks: Mapping[str, str]
    clicked_at: datetime


def event_of(tx: Transaction, event_id: str, lead_id: int, won_at: str) -> Event:
    """Raises Withheld."""
    try:
        lead = get_lead(tx, lead_id)
    except NotFound:
        raise Withheld(NOT_WON) from None
    if lead.stage_kind != "won":
        raise Withheld(NOT_WON)
    client = _client(tx, lead.client_id)
    clicks, clicked_at = clicks_of(tx, lead_id)
    value, currency = money_of_lead(tx, lead)
    return Event(
        id=event_id,
        happened_at=clock.from_text(won_at),
        value=value,
        currency=currency,
        email=client.email,
        phone=client.phone,
        clicks=clicks,
        clicked_at=clock.from_text(clicked_at or lead.created_at),
    )


def clicks_of(tx: Transaction, lead_id: int) -> tuple[dict[str, str], str | None]:
    """The first id of each name, and when the first one came."""
    told = [
        (touch.happened_at, {name: touch.facts[name] for name in CLICKS if name in touch.facts})
        for touch in touches_of_lead(tx, lead_id)
    ]
    told += [(at, {"leadgen_id": leadgen_id}) for leadgen_id, at in _of_lead_forms(tx, lead_id)]
    found: dict[str, str] = {}
    for _at, clicks in told:
        found = {**clicks, **found}
    return found, min((at for at, clicks in told if clicks), default=None)


def _client(tx: Transaction, client_id: int | None) -> Client:
    if client_id is None:
        raise Withheld(NO_CLIENT)
    try:
        client = get_client(tx, client_id)
    except NotFound:
        raise Withheld(NO_CLIENT) from None
    agreed = {state for topic, state in states_of(tx, client_id).items() if topic.endswith("_marketing")}
    if agreed != {"opted_in"}:
        raise Withheld(NO_CONSENT)
    return client


def _of_lead_forms(tx: Transaction, lead_id: int) -> list[tuple[str, str]]:
    """Those of forms on the platform, with when it told of them."""
    return tx.tuples(
        """
        SELECT leadgen_id, received_at
          FROM lead_ad_arrivals
         WHERE workspace_id = :workspace_id
           AND submission_id IN (SELECT s.id
                                   FROM web_form_submissions s
                                  WHERE s.workspace_id = :workspace_id
                                    AND s.lead_id = :lead_id)
        """,
        lead_id=lead_id,
    )
