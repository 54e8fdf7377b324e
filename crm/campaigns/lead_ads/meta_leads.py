"""A lead of a form on Meta: how it is asked for by its id, and what its answers are to a web form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from crm import clock
from crm.campaigns.platforms.description import Answer, PullAgain, Request, bearer
from crm.campaigns.platforms.meta_graph import graph_body
from crm.campaigns.platforms.numbers import entries
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.web_forms.answers import read_own
from crm.web_forms.fields import OWN_FIELDS
from crm.web_forms.questions import askable

FIELDS = (
    "id", "created_time", "ad_id", "ad_name", "adset_id", "campaign_id", "campaign_name", "form_id",
    "is_organic", "platform", "field_data", "custom_disclaimer_responses",
)  # fmt: skip
OWN = {
    "full_name": "name", "email": "email", "work_email": "email", "phone_number": "phone",
    "work_phone_number": "phone", "company_name": "company", "job_title": "job_title", "city": "city",
    "message": "message",
}  # fmt: skip
"""Meta's names for what a client has of its own; those in the front win."""
PLATFORMS = {"fb": "facebook", "ig": "instagram"}
IDS = {"ad_id": "ad_id", "adset_id": "ad_set_id", "campaign_id": "ad_campaign_id", "id": "leadgen_id"}
LONGEST_MARK = 200
LONGEST_ANSWER = 5_000
MOST_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class FetchedLead:
    """`answers` by Meta's names of the questions. `agreed` unless a box for consent was left empty.

    `came_at` is when the form was sent, where Meta tells it.
    """

    answers: Mapping[str, str]
    marks: Mapping[str, str]
    agreed: bool
    came_at: str | None


def ask_for_lead(base: str, token: str, leadgen_id: str) -> Request:
    return Request("GET", f"{base}/{leadgen_id}?{urlencode({'fields': ','.join(FIELDS)})}", bearer(token))


def read_lead(answer: Answer, leadgen_id: str) -> FetchedLead:
    """Raises PullAgain, PullRefused and TokenRefused."""
    body = graph_body(answer)
    if not isinstance(body.get("field_data"), list) or str(body.get("id")) != leadgen_id:
        raise PullAgain("Meta told no lead.")
    boxes = entries(body.get("custom_disclaimer_responses"))
    return FetchedLead(
        answers=dict(_answers(body)[:MOST_ANSWERS]),
        marks=_marks(body),
        agreed=all(str(box.get("is_checked")).lower() in {"1", "true"} for box in boxes),
        came_at=_moment(body.get("created_time")),
    )


def _moment(value: object) -> str | None:
    """Such as `2026-11-28T08:00:00+0000`; none that is still to come."""
    try:
        found = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return clock.as_text(found) if found.tzinfo is not None and found <= clock.now() else None


def as_answers(tx: Transaction, lead: FetchedLead) -> dict[str, str]:
    """By the names that web forms have.

    What does not fit a client's own field stays under Meta's name, and so becomes a part of the lead's text.
    """
    known = askable(tx)
    found: dict[str, str] = {}
    for name, text in lead.answers.items():
        own = OWN.get(name)
        if own is not None and own not in found and _fits(tx, own, text):
            found[own] = text
        else:
            custom = next((each for each in (f"lead.{name}", f"client.{name}") if each in known), None)
            found[custom or (f"{name} (as given)" if name in OWN_FIELDS else name)] = text
    if "name" not in found and (name := _two_names(lead.answers)) and _fits(tx, "name", name):
        found["name"] = name
    if not {"name", "email", "phone"} & found.keys():
        found["name"] = f"Meta {lead.marks.get('leadgen_id', '')}".strip()
    return found


def _fits(tx: Transaction, own: str, text: str) -> bool:
    try:
        read_own(tx, {own: text})
    except Invalid:
        return False
    return True


def _two_names(answers: Mapping[str, str]) -> str:
    return " ".join(part for name in ("first_name", "last_name") if (part := answers.get(name, "")))


def _answers(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Own names first as `OWN` has them: who gives two addresses is known by the private one."""
    order = [*OWN]
    said = [(_text(each.get("name")), _values(each.get("values"))) for each in entries(body["field_data"])]
    given = [(name.strip().lower()[:80], text) for name, text in said if name and text]
    return sorted(given, key=lambda each: order.index(each[0]) if each[0] in OWN else len(order))


def _values(values: object) -> str:
    listed = values if isinstance(values, list) else [values]
    return ", ".join(text for each in listed if (text := _text(each).strip()))[:LONGEST_ANSWER]


def _marks(body: Mapping[str, Any]) -> dict[str, str]:
    platform = PLATFORMS.get(_text(body.get("platform")), "facebook")
    marks = {
        "utm_source": platform,
        "utm_medium": "social" if body.get("is_organic") is True else "paid",
        "utm_campaign": _text(body.get("campaign_name")),
        "utm_content": _text(body.get("ad_name")),
        **{mark: _text(body.get(name)) for name, mark in IDS.items()},
    }
    return {name: text[:LONGEST_MARK] for name, text in marks.items() if text}


def _text(value: object) -> str:
    """Without what no column takes."""
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
