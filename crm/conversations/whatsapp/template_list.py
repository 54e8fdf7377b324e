"""The templates of an account at WhatsApp: those that are approved, and that can be filled from here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2
import orjson

from crm.conversations.fields import TemplateFields
from crm.conversations.medium import Line
from crm.conversations.outcomes import Passing, Sent
from crm.conversations.templates import PLACE
from crm.conversations.whatsapp.answers import outcome_of
from crm.errors import Invalid
from crm.fields import parse_fields

TIMEOUT = 15.0
FIELDS = "name,language,status,components"
PAGE = 100
MOST_PAGES = 20
PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "URL"})
ANY_PLACE = re.compile(r"\{\{.*?\}\}")


class TemplatesTrouble(Exception):
    """The list cannot be had: `passing` when a later try may succeed."""

    def __init__(self, problem: str, *, passing: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.passing = passing


@dataclass(frozen=True, slots=True)
class TemplateList:
    """`left_out` are approved ones that want a picture, a link or a named place filled: not done here."""

    approved: list[TemplateFields]
    left_out: int


def fetch_templates(base_url: str, line: Line, account_id: str) -> TemplateList:
    """Raises TemplatesTrouble."""
    approved: list[TemplateFields] = []
    left_out = 0
    for template in _all(f"{base_url}/{quote(account_id, safe='')}/message_templates", line):
        if template.get("status") != "APPROVED":
            continue
        fields = read_template(template)
        if fields is None:
            left_out += 1
        else:
            approved.append(fields)
    return TemplateList(approved, left_out)


def read_template(template: Mapping[str, Any]) -> TemplateFields | None:
    """None for one that needs more than the places of its text."""
    components = template.get("components")
    if not isinstance(components, list):
        return None
    body = ""
    for component in components:
        kind = component.get("type") if isinstance(component, Mapping) else None
        if kind == "BODY":
            body = str(component.get("text", ""))
        elif not _stands_by_itself(kind, component):
            return None
    if ANY_PLACE.search(PLACE.sub("", body)):
        return None
    try:
        given = {"name": template.get("name"), "language": template.get("language"), "body": body}
        return parse_fields(TemplateFields, given)
    except Invalid:
        return None


def _stands_by_itself(kind: Any, component: Any) -> bool:
    if kind == "HEADER":
        return component.get("format") == "TEXT" and ANY_PLACE.search(str(component.get("text"))) is None
    if kind == "BUTTONS":
        buttons = component.get("buttons") or []
        return all(
            button.get("type") in PLAIN_BUTTONS and not ANY_PLACE.search(str(button.get("url", "")))
            for button in buttons
        )
    return bool(kind == "FOOTER")


def _all(address: str, line: Line) -> Iterator[Mapping[str, Any]]:
    headers = {"Authorization": f"Bearer {line.secrets.access_token}"}
    query: dict[str, str | int] = {"fields": FIELDS, "limit": PAGE}
    with httpx2.Client(timeout=TIMEOUT, trust_env=False, headers=headers) as client:
        for _ in range(MOST_PAGES):
            page = _page(client, address, query)
            yield from (each for each in page["data"] if isinstance(each, Mapping))
            after = _after(page.get("paging"))
            if after is None:
                return
            query["after"] = after
    raise TemplatesTrouble(f"The account has more than {MOST_PAGES * PAGE} templates.", passing=False)


def _page(client: httpx2.Client, address: str, query: dict[str, str | int]) -> Mapping[str, Any]:
    try:
        response = client.get(address, params=query)
    except httpx2.HTTPError as error:
        told = f"WhatsApp could not be reached, or did not answer: {type(error).__name__}."
        raise TemplatesTrouble(told, passing=True) from error
    try:
        document = orjson.loads(response.content)
    except ValueError:
        document = None
    if response.is_success and isinstance(document, dict) and isinstance(document.get("data"), list):
        return document
    outcome = outcome_of(response.status_code, response.headers, response.content)
    problem = "It told of no templates." if isinstance(outcome, Sent) else outcome.problem
    raise TemplatesTrouble(problem, passing=isinstance(outcome, Passing))


def _after(paging: Any) -> str | None:
    """The cursor of the next page, where there is one. Its address is not followed: the token goes along."""
    if not isinstance(paging, Mapping) or not paging.get("next"):
        return None
    after = (paging.get("cursors") or {}).get("after")
    return after if isinstance(after, str) and after else None


def as_document(found: TemplateList) -> dict[str, Any]:
    return {
        "approved": [template.model_dump() for template in found.approved],
        "left_out": found.left_out,
    }
