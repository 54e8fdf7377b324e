"""How a number is written: text with `{year}` and `{seq}`, such as `D-{year}-{seq:05}`."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints

from crm.fields import Line, visible

NumberKind = Literal["deal", "stock", "quote", "invoice"]
KINDS: tuple[NumberKind, ...] = get_args(NumberKind)
Reset = Literal["yearly", "never"]
LONGEST_FORMAT = 40
LONGEST_NUMBER = 60
MOST_SEQ = 999_999_999
MOST_START = 99_999_999
"""Far below the last number: a series that leaps to its start goes on."""
_PLACE = re.compile(r"\{([^{}]*)\}")
_SEQ = re.compile(r"seq(?::0([1-9]))?")


def write_number(number_format: str, year: int, seq: int) -> str:
    """`D-{year}-{seq:05}` of 2026 and 17 is `D-2026-00017`; a longer number keeps all its digits."""

    def fill(place: re.Match[str]) -> str:
        if place[1] == "year":
            return f"{year:04}"
        width = _SEQ.fullmatch(place[1])
        return f"{seq:0{(width and width[1]) or 1}}"

    return _PLACE.sub(fill, number_format)


def _fit_to_number(number_format: str) -> str:
    places = [place[1] for place in _PLACE.finditer(number_format)]
    odd = [place for place in places if place != "year" and not _SEQ.fullmatch(place)]
    if odd or set(_PLACE.sub("", number_format)) & set("{}"):
        raise ValueError("may hold {year} and {seq} or {seq:05}, and no other braces")
    if sum(place != "year" for place in places) != 1:
        raise ValueError("must hold {seq} or {seq:05} once")
    if places.count("year") > 1:
        raise ValueError("may hold {year} only once")
    return number_format


Format = Annotated[
    Annotated[Line, StringConstraints(min_length=1, max_length=LONGEST_FORMAT)],
    AfterValidator(visible),
    AfterValidator(_fit_to_number),
    Field(description="Text with {year} and {seq}, or {seq:05} for at least five digits"),
]
Start = Annotated[int, Field(ge=1, le=MOST_START, description="The first number of each run")]
GivenNumber = Annotated[
    Annotated[Line, StringConstraints(min_length=1, max_length=LONGEST_NUMBER)], AfterValidator(visible)
]
