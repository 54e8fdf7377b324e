"""What forms read: words between commas."""

import pytest

from crm.web.requests.forms import words_from, words_text


@pytest.mark.parametrize(
    "words",
    [
        ["a, b"],
        ["vip", 'say "hi"', '"quoted"', 'a 12" pipe'],
        ['"', '""', ",", '",', '","', "',"],
        ["=SUM(A1)", "0012", "ремонт"],
        [],
    ],
)
def test_any_words_come_back_from_their_text(words: list[str]) -> None:
    assert words_from(words_text(words)) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a, b", ["a", "b"]),
        (" a ,, b,", ["a", "b"]),
        ('"a, b", c', ["a, b", "c"]),
        ('12" pipe, "open', ['12" pipe', '"open']),
    ],
)
def test_words_are_read_as_people_type_them(typed: str, words: list[str]) -> None:
    assert words_from(typed) == words
