"""Recognise a column by its header."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from crm.normal_forms import normalize

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_SIGNS = re.compile(r"[\s_/\\:;.,()\[\]{}'’\"“”#*?!&+|<>=–—-]+")
_NUMBER = re.compile(r"(?<=\s)\d+(?=\s|$)")
LONGEST_HEADER = 200
SIDES = ("person ", "contact ", "organization ", "lead ")


class Meaning(NamedTuple):
    """`field` is one of `targets.TARGETS`, or "-" for internal data of a program."""

    field: str
    label: str = ""
    number: int = 0


def header_key(header: str) -> str:
    """The same key for all spellings of a header: `E-mail 1 - Value`, `e_mail_1_value`, `emailAddress`."""
    text = header[:LONGEST_HEADER]
    if not text.isupper():
        text = _CAMEL.sub(" ", text)
    return " ".join(_SIGNS.sub(" ", normalize("NFKC", text)).casefold().split())


@cache
def _meanings() -> dict[str, Meaning]:
    text = (files("crm.imports.headers") / "words.txt").read_text(encoding="utf-8")
    found: dict[str, Meaning] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            target, _, words = line.partition(" = ")
            field, _, label = target.strip().partition(":")
            for word in words.split("|"):
                found.setdefault(header_key_of_list(word), Meaning(field, label))
    return found


def header_key_of_list(word: str) -> str:
    """Like `header_key`, but `#` means a number."""
    return " ".join("#" if part == "#" else header_key(part) for part in word.split())


def meaning_of(header: str) -> Meaning | None:
    key = header_key(header)
    if not key:
        return None
    known = _meanings()
    number = _NUMBER.search(key)
    place = int(number[0]) if number is not None and len(number[0]) < 4 else 0
    for wording in (key, _NUMBER.sub("#", key), *_without_side(key)):
        if wording in known:
            return known[wording]._replace(number=place)
    return None


def _without_side(key: str) -> list[str]:
    """`Person - Name` also counts as `Name`."""
    return [key.removeprefix(side) for side in SIDES if key.startswith(side)]


def is_known_header(cell: str) -> bool:
    return len(cell) <= LONGEST_HEADER and meaning_of(cell) is not None
