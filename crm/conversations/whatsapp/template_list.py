"""The approved templates of a WhatsApp account that can be filled here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import quote

import httpx2
import orjson

from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.placeholders import ANY_PLACE
from crm.conversations.transport.medium import Line
from crm.conversations.transport.outgoing import HeaderMedia
from crm.conversations.transport.send_results import Passing, Sent
from crm.conversations.whatsapp.answers import outcome_of
from crm.errors import Invalid
from crm.fields import parse_fields

TIMEOUT = 15.0
FIELDS = "name,language,status,category,components"
PAGE = 100
MOST_PAGES = 20
PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "URL"})


class TemplatesTrouble(Exception):
    """The list is not available: `passing` if a later try may succeed."""

    def __init__(self, problem: str, *, passing: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.passing = passing


@dataclass(frozen=True, slots=True)
class TemplateList:
    """`left_out` are approved ones with parts that are not supported, such as carousels."""

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
    """None for one with parts that cannot be filled from here."""
    components = template.get("components")
    if not isinstance(components, list):
        return None
    given = {"name": template.get("name"), "language": template.get("language"), "body": ""}
    if isinstance(template.get("category"), str):
        given["category"] = template["category"].lower()
    try:
        for component in components:
            given |= _part(component)
        return parse_fields(TemplateFields, given)
    except (Invalid, _CannotBeFilled):
        return None


class _CannotBeFilled(Exception):
    """A part that is not supported, such as a carousel or a one-time password."""


def _part(component: Any) -> dict[str, Any]:
    """What the component adds to the fields."""
    kind = component.get("type") if isinstance(component, Mapping) else None
    if kind == "BODY":
        return {"body": str(component.get("text", ""))}
    if kind == "HEADER":
        return _header(component)
    if kind == "BUTTONS":
        buttons = component.get("buttons") or []
        return {"links": [link for index, each in enumerate(buttons) for link in _links(index, each)]}
    if kind == "FOOTER":
        return {}
    raise _CannotBeFilled


def _header(component: Mapping[str, Any]) -> dict[str, Any]:
    shape = str(component.get("format"))
    if shape == "TEXT":
        return {"header": str(component.get("text"))}
    if shape.lower() in get_args(HeaderMedia):
        return {"header_media": shape.lower()}
    raise _CannotBeFilled


def _links(index: int, button: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A button whose address has a placeholder; other buttons need nothing."""
    if button.get("type") not in PLAIN_BUTTONS:
        raise _CannotBeFilled
    address = str(button.get("url", ""))
    if ANY_PLACE.search(address) is None:
        return []
    return [{"button": index, "text": str(button.get("text", "")), "url": address}]


def _all(address: str, line: Line) -> Iterator[Mapping[str, Any]]:
    headers = {"Authorization": f"Bearer {line.secrets['access_token']}"}
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
        problem = f"WhatsApp could not be reached, or did not answer: {type(error).__name__}."
        raise TemplatesTrouble(problem, passing=True) from error
    try:
        document = orjson.loads(response.content)
    except ValueError:
        document = None
    if response.is_success and isinstance(document, dict) and isinstance(document.get("data"), list):
        return document
    outcome = outcome_of(response.status_code, response.headers, response.content)
    problem = "Its answer has no list of templates." if isinstance(outcome, Sent) else outcome.problem
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
