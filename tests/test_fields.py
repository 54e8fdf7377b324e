"""Text is cleaned the same way everywhere, and a refusal names its field."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from crm import fields
from crm.accounts.fields import UserFields
from crm.accounts.view_fields import ViewFields
from crm.clients.fields import NewClient
from crm.conversations.templates.fields import QuickReplyFields
from crm.errors import FieldProblem, Invalid
from crm.field_refusals import refusal_of
from crm.fields import (
    Email,
    Fields,
    Line,
    Name,
    ShortLine,
    Text,
    clean_email,
    clean_web_address,
    name_key,
    parse_fields,
    validated_email,
)
from crm.leads.fields import LeadFields
from crm.leads.stage_fields import StageFields
from crm.row_rules import fits
from crm.work.note_fields import NoteFields
from crm.work.task_fields import TaskFields

BOUNDS = (
    "min_length", "max_length", "actual_length", "field_type", "expected", "expected_tags", "tag", "ge", "gt",
    "le", "lt", "multiple_of", "max_digits", "decimal_places", "whole_digits", "pattern", "class",
)  # fmt: skip


class Card(Fields):
    name: Name
    email: Email | None = None
    notes: Text = ""
    title: Line = ""
    count: int = 0


def problem(**given: object) -> FieldProblem:
    with pytest.raises(Invalid) as caught:
        parse_fields(Card, {"name": "Anna", **given})
    [found] = caught.value.problems
    return found


def test_text_is_kept_in_one_unicode_form_without_blanks_around_it() -> None:
    card = parse_fields(Card, {"name": "  Zoe\u0308 ", "notes": "one\n\ttwo\n"})
    assert card.name == "Zo\u00eb" and card.notes == "one\n\ttwo"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Anna \u202egnp.exe", "Anna gnp.exe"), ("\u202a+371 2000\u202c", "+371 2000"),
        ("\u2067\u05d3\u05e0\u05d4\u2069", "\u05d3\u05e0\u05d4"), ("\u202d\u2066a\u2069\u202c b", "a b"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\U0001f469\u200d\U0001f52c", "\U0001f469\u200d\U0001f52c"),
    ],
)  # fmt: skip
def test_no_line_turns_the_text_around_it_and_words_of_any_script_stay_whole(given: str, kept: str) -> None:
    assert parse_fields(Card, {"name": given, "title": given}) == Card(name=kept, title=kept)
    assert parse_fields(Card, {"name": "Anna", "notes": given}).notes == given.strip()


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff\u200d", "\u2060\u200e", "\u00ad", "\x03"])
@pytest.mark.parametrize(
    ("model", "name", "others"),
    [
        (NewClient, "name", {}),
        (LeadFields, "title", {}),
        (LeadFields, "type", {"title": "a"}),
        (TaskFields, "title", {}),
        (NoteFields, "text", {"subject": "client", "subject_id": 1, "kind": "note"}),
        (StageFields, "name", {"kind": "open"}),
        (ViewFields, "name", {"list": "clients", "query": ""}),
        (QuickReplyFields, "title", {"text": "a"}),
        (QuickReplyFields, "text", {"title": "a"}),
        (UserFields, "name", {"email": "a@example.org", "role": "member", "password": "long enough 12"}),
    ],
)
def test_what_nobody_can_see_names_nothing(
    model: type[Fields], name: str, others: dict[str, object], unseen: str
) -> None:
    with pytest.raises(Invalid) as caught:
        parse_fields(model, {**others, name: unseen})
    assert caught.value.problems == (FieldProblem(name, "is required"),)


@pytest.mark.parametrize("unseen", ["\ufeff", "\x03", " \ufeff\x01 ", "\u2028\ufeff", "\x0b", "", " "])
@pytest.mark.parametrize(
    "name", ["city", "address", "notes", "phone", "email", "website", "country", "source"]
)
def test_of_an_optional_field_that_is_cleaned_away_nothing_is_stored(name: str, unseen: str) -> None:
    client = parse_fields(NewClient, {"name": "Anna", name: unseen})
    assert getattr(client, name) is None


def test_a_row_of_before_that_nobody_can_see_is_taken_in_as_it_is() -> None:
    for kind, stored in ((Name, "\u200b"), (ShortLine, ""), (ShortLine, None)):
        assert fits(kind)(stored) is None
    assert fits(Name)("") is not None


def test_a_name_of_nothing_but_turns_is_none() -> None:
    assert problem(name="\u202e\u2066 \u2069") == FieldProblem("name", "is required")


@pytest.mark.parametrize(
    ("given", "line", "text"),
    [
        ("a\x0bb", "a b", "a\nb"),
        ("a\u2028b\u2029c", "a b c", "a\nb\nc"),
        ("a\r\nb\rc\x0cd\x85e", "a b c d e", "a\nb\nc\nd\ne"),
        ("a\tb\t\tc", "a b c", "a\tb\t\tc"),
        ("a \n b", "a b", "a \n b"),
        ("a\x03b\x1bc\x9fd", "a b c d", "a b c d"),
        ("\ufeffa\ufeffb", "ab", "ab"),
    ],
)
def test_what_is_pasted_along_with_text_becomes_blanks_and_breaks(given: str, line: str, text: str) -> None:
    card = parse_fields(Card, {"name": given, "title": given, "notes": given})
    assert (card.name, card.title, card.notes) == (line, line, text)


@pytest.mark.parametrize("given", ["\ufeff", "\x0b\x0c", "\u2028", "\x03 \x07", "\r\n"])
def test_a_name_of_nothing_but_controls_is_none(given: str) -> None:
    assert problem(name=given) == FieldProblem("name", "is required")


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_what_is_no_text_is_refused(bad: str) -> None:
    assert problem(name=bad).field == "name"
    assert problem(notes=bad).field == "notes"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "   ", "is required"),
        ("name", "x" * 201, "may have at most 200 characters"),
        ("name", 7, "must be text"),
        ("email", "nobody", "is not an e-mail address"),
        ("email", "a@b", "is not an e-mail address"),
        ("nmae", "x", "is not a known field"),
        ("count", False, "must be a whole number"),
        ("count", "1", "must be a whole number"),
    ],
)
def test_a_refusal_names_the_field_and_what_is_wrong(field: str, value: object, sentence: str) -> None:
    assert problem(**{field: value}) == FieldProblem(field, sentence)


@pytest.mark.parametrize(
    "address", ["Anna@Example.ORG", "anna@acme.local", "anna@localhost", "ünïcode@bücher.example"]
)
def test_an_address_is_lower_cased_and_may_be_of_the_local_network(address: str) -> None:
    assert parse_fields(Card, {"name": "Anna", "email": address}).email == address.lower()


@given(st.text("aZ09.-_+@x", max_size=70) | st.from_regex(r"[aZ0._+-]{1,5}@[xN1.-]{1,70}", fullmatch=True))
def test_what_the_pattern_takes_for_an_address_the_library_takes_alike(text: str) -> None:
    assert outcome(clean_email, text) == outcome(validated_email, text)


def outcome(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except ValueError:
        return "refused"


@pytest.mark.parametrize("kind", sorted(get_args(ErrorType)))
def test_the_validator_never_speaks_for_itself(kind: ErrorType) -> None:
    """Whatever it can object to is said in our words, with its bounds filled in."""
    words = "Input SHOULD be what a programmer reads"
    bounds = dict.fromkeys(BOUNDS, 7) | {"error": ValueError("is ours"), "discriminator": "'op'"}
    problem = {"type": kind, "loc": ("count",), "msg": words, "input": 1, "ctx": bounds}
    raw = cast("ValidationError", SimpleNamespace(errors=lambda **_options: [problem]))
    [refused] = refusal_of(raw).problems
    assert "SHOULD" not in refused.message and "{" not in refused.message


def test_names_that_look_alike_share_a_key() -> None:
    assert name_key("Ａnna  Straße") == name_key("ANNA STRASSE") != name_key("Anna Strase")


def test_nothing_that_is_cleaned_away_counts_as_printable() -> None:
    """Texts of printable characters alone are not looked through for it."""
    patterns = (fields._BREAKS, fields._CONTROLS, fields._BREAKS_AND_TABS, fields._TURNS, fields.NO_TEXT)
    everything = map(chr, range(sys.maxunicode + 1))
    cleaned = [
        each
        for each in everything
        if each == "\ufeff" or any(pattern.fullmatch(each) for pattern in patterns)
    ]
    assert cleaned and not any(each.isprintable() for each in cleaned)


def test_a_word_or_a_number_is_no_web_address_unless_a_scheme_says_so() -> None:
    for text in ("Red", "42.5", "2026-11-21", "+447700900199"):
        with pytest.raises(ValueError, match="web address"):
            clean_web_address(text)
        assert clean_web_address(text, stored=True) == f"https://{text}"
    for text in ("example.org/a", "localhost:8080", "192.168.1.5", "b\u00fccher.example"):
        assert clean_web_address(text) == f"https://{text}"
    assert clean_web_address("http://intranet/a") == "http://intranet/a"
