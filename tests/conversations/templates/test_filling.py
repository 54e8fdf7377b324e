"""What would be refused after it was sent is refused here: places without values, values without places."""

from typing import Any

import pytest

from crm.conversations.templates.fields import TemplateFields, TemplateUse
from crm.conversations.templates.filling import refuse_unfilled
from crm.conversations.templates.templates import MessageTemplate, add_template
from crm.db.database import Database
from crm.errors import Invalid
from crm.fields import parse_fields
from tests.support.cast import Cast

LINK = {"button": 1, "text": "Track", "url": "https://example.org/{{1}}"}
NUMBERED = {
    "name": "a",
    "body": "Hello {{1}}, your {{2}} is ready",
    "header": "News for {{1}}",
    "links": [LINK],
}
NAMED = {"name": "b", "body": "Hello {{first_name}}"}
PLAIN = {"name": "c", "body": "Hello", "header": "News"}
FILLED: dict[str, Any] = {
    "name": "a",
    "parameters": ["Ann", "bike"],
    "header": "Ann",
    "links": [{"button": 1, "text": "7"}],
}
ODD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (NUMBERED, {"header": None}, "template.header"),
    (NUMBERED, {"parameters": []}, "template.parameters"),
    (NUMBERED, {"parameters": ["Ann"]}, "template.parameters"),
    (NUMBERED, {"parameters": ["Ann", "bike", "red"]}, "template.parameters"),
    (NUMBERED, {"parameters": [], "named_parameters": {"first_name": "Ann"}}, "template.named_parameters"),
    (NUMBERED, {"links": []}, "template.links"),
    (NUMBERED, {"links": [{"button": 0, "text": "7"}]}, "template.links"),
    (NAMED, {"name": "b", "header": None, "links": [], "parameters": ["Ann"]}, "template.named_parameters"),
    (NAMED, {"name": "b", "header": None, "links": [], "parameters": []}, "template.named_parameters"),
    (PLAIN, {"name": "c", "header": None, "links": []}, "template.parameters"),
    (PLAIN, {"name": "c", "links": [], "parameters": []}, "template.header"),
    (PLAIN, {"name": "c", "header": None, "parameters": []}, "template.links"),
]


def known(db: Database, cast: Cast, facts: dict[str, Any]) -> MessageTemplate:
    return db.write(add_template, cast.owner, parse_fields(TemplateFields, facts))


@pytest.mark.parametrize(("facts", "changes", "field"), ODD)
def test_what_would_be_refused_there_is_refused_here(
    db: Database, cast: Cast, facts: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    use = parse_fields(TemplateUse, {**FILLED, **changes})
    with pytest.raises(Invalid) as refused:
        refuse_unfilled(known(db, cast, facts), use)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("facts", "use"),
    [
        (NUMBERED, FILLED),
        (NAMED, {"name": "b", "named_parameters": {"first_name": "A"}}),
        (PLAIN, {"name": "c"}),
    ],
)
def test_what_is_filled_goes_out(
    db: Database, cast: Cast, facts: dict[str, Any], use: dict[str, Any]
) -> None:
    refuse_unfilled(known(db, cast, facts), parse_fields(TemplateUse, use))


@pytest.mark.parametrize("nothing", ["", " " * 9, "\u200b", "\u2060\u00a0", "\n\t"])
@pytest.mark.parametrize("place", ["parameters", "header", "links", "named_parameters"])
def test_what_nobody_can_see_fills_no_place(place: str, nothing: str) -> None:
    given: dict[str, Any] = {
        "parameters": [nothing],
        "header": nothing,
        "links": [{"button": 0, "text": nothing}],
        "named_parameters": {"first_name": nothing},
    }
    with pytest.raises(Invalid) as refused:
        parse_fields(TemplateUse, {"name": "a", place: given[place]})
    assert {problem.message for problem in refused.value.problems} == {"is required"}


def test_a_name_of_a_place_that_is_none_is_refused_in_its_own_field() -> None:
    with pytest.raises(Invalid) as refused:
        parse_fields(TemplateUse, {"name": "a", "named_parameters": {"1": "Ann"}})
    (problem,) = refused.value.problems
    assert problem.field == "named_parameters.1"
    assert "placeholder name" in problem.message
