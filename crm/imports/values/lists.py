"""Cells that hold several values: e-mail addresses, telephone numbers, tags."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from crm.fields import clean_email
from crm.imports.values.cells import clean, is_none, plain_digits

GOOGLE = " ::: "
_EXTENSION = re.compile(
    r"[\s,;]*(?:ext\.?|extension|x|durchwahl|dw|доб\.?|poste)\s*[:.]?\s*(\d{1,10})\s*$", re.IGNORECASE
)
_BETWEEN_PHONES = re.compile(r"\s*(?:;|,|\n|\||\s/\s|\bor\b|\boder\b| ::: )\s*")
_BETWEEN_EMAILS = re.compile(r"[;,\n|\s]+")
_MAIL_SCHEME = re.compile(r"^(?:mailto|smtp):", re.IGNORECASE)
_PHONE_SCHEME = re.compile(r"^(?:tel|callto|whatsapp):", re.IGNORECASE)
_ANGLED = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
FEWEST_DIGITS = 6
LONGEST_JSON = 20_000


def split_emails(cell: str) -> tuple[list[str], list[str]]:
    """The addresses, and the parts that are not addresses."""
    good, bad = list[str](), list[str]()
    for part in list(_of_json(cell, ("emailAddress", "email"))) or _email_parts(cell):
        text = _MAIL_SCHEME.sub("", part.removeprefix("* ").strip())
        if is_none(text):
            continue
        try:
            address = clean_email(text)
        except ValueError:
            bad.append(text)
        else:
            if address not in good:
                good.append(address)
    return good, bad


def _email_parts(cell: str) -> Iterable[str]:
    """`Ada <ada@example.com>` is one address; a cell without `@` is not split."""
    angled = _ANGLED.findall(cell)
    if angled:
        return angled
    cell = cell.replace(GOOGLE, ";")
    return (part for part in _BETWEEN_EMAILS.split(cell) if part) if "@" in cell else [cell]


def split_phones(cell: str) -> list[tuple[str, str]]:
    """Pairs of number and extension; the extension may be empty."""
    found = list(_of_json(cell, ("phoneNumber", "number")))
    parts = found or _phone_parts(plain_digits(cell))
    return [_without_extension(part) for part in parts if not is_none(part) and part != "0"]


def _phone_parts(cell: str) -> list[str]:
    """Split only if each part is a whole number: `0221 / 12 34-50` is one number."""
    parts = [part.strip().removeprefix("* ").strip() for part in _BETWEEN_PHONES.split(cell)]
    whole = [part for part in parts if part]
    if len(whole) > 1 and all(sum(char.isdigit() for char in part) >= FEWEST_DIGITS for part in whole):
        return whole
    return [cell.strip()] if len(whole) > 1 and not cell.strip().endswith((";", ",")) else whole


def _without_extension(text: str) -> tuple[str, str]:
    text = _PHONE_SCHEME.sub("", text).strip()
    found = _EXTENSION.search(text)
    return (text[: found.start()].strip(), found[1]) if found else (text, "")


def split_tags(cell: str) -> list[str]:
    """A comma inside quotes is part of the tag. Google's own groups, marked with `* `, are left out."""
    listed = list(_of_json(cell, ("name",)))
    parts = listed or _tag_parts(cell)
    tags = (clean(part) for part in parts)
    return list(dict.fromkeys(tag for tag in tags if not is_none(tag) and not tag.startswith("* ")))


def _tag_parts(cell: str) -> list[str]:
    if GOOGLE in cell or cell.startswith("* "):
        return cell.split(GOOGLE)
    if '"' in cell:
        return [quoted or plain for quoted, plain in re.findall(r'"((?:[^"])*)"|([^",;]+)', cell)]
    return re.split(r"[;\n|]" if ";" in cell or "|" in cell else r"[,\n]", cell)


def _of_json(cell: str, names: tuple[str, ...]) -> Iterator[str]:
    """The values of a JSON list of texts, or of objects with one of the names."""
    text = cell.strip()
    if not text.startswith("[") or not text.endswith("]") or len(text) > LONGEST_JSON:
        return
    try:
        parsed: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    if not isinstance(parsed, list):
        return
    yield from _named(parsed, names) if parsed else [""]


def _named(parsed: list[Any], names: tuple[str, ...]) -> Iterator[str]:
    for each in parsed:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            value = next((str(each[name]) for name in names if each.get(name)), "")
            code = each.get("callingCode")
            yield f"{code}{value}" if code and not value.startswith("+") else value
