"""The e-mail addresses and phone numbers of a client: the main one of each, and the further ones.

The main ones are columns of the client, the further ones rows of `client_contact_points`, so that a client
with one of each is one row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from crm.clients.fields import MOST_POINTS
from crm.clients.phones import parse_phone
from crm.clients.spellings import is_same_number
from crm.db.transaction import Transaction
from crm.errors import Invalid

FORMS = ("email", "phone")


@dataclass
class ClientEmail:
    """The main one comes first."""

    email: str
    label: str | None
    main: bool


@dataclass
class ClientPhone:
    """The main one comes first."""

    phone: str
    label: str | None
    main: bool


Facts = Mapping[str, Any]
Point = Mapping[str, Any]
"""One of them as the ledger and the operations know it: its value under the name of its form, label, main."""

FURTHER = """(SELECT json_group_array(json_array(p.place, p.form, p.value, p.label))
          FROM client_contact_points p
         WHERE p.workspace_id = :workspace_id AND p.client_id = c.id)"""
"""The SQL expression of a client's further ones, for `points_of`."""


def points_of(
    email: str | None, email_label: str | None, phone: str | None, phone_label: str | None, further: str
) -> tuple[list[ClientEmail], list[ClientPhone]]:
    """All addresses and all numbers of a client, from the values of its row and of FURTHER."""
    # By place: a keyword takes longer.
    emails = [] if email is None else [ClientEmail(email, email_label, True)]  # noqa: FBT003
    phones = [] if phone is None else [ClientPhone(phone, phone_label, True)]  # noqa: FBT003
    if further != "[]":
        found = further_points(further)
        emails += [ClientEmail(value, label, main=False) for form, value, label in found if form == "email"]
        phones += [ClientPhone(value, label, main=False) for form, value, label in found if form == "phone"]
    return emails, phones


def further_points(further: str) -> list[tuple[str, str, str | None]]:
    """The form, value and label of each, from a value of FURTHER: those of a form in their order."""
    return [(form, value, label) for _, form, value, label in sorted(orjson.loads(further))]


def values_of(facts: Facts, form: str) -> list[str]:
    """All addresses or numbers among the facts of a client, which may name the main one alone."""
    listed = [point[form] for point in facts.get(f"{form}s") or ()]
    main = facts.get(form)
    return [main, *listed[1:]] if main else listed


def with_points(tx: Transaction, values: dict[str, Any], old: Facts, *, whole: bool) -> None:
    """Let the main one and the list of all agree, where one of them is given.

    A list replaces the old one; the main one alone takes the place of the old main one, or of all in a
    `whole` client. Where it is none, the first of the others becomes the main one. Raises Invalid that names
    the field.
    """
    for form in FORMS:
        listed = f"{form}s"
        given, main = values.pop(listed, None), values.get(form)
        if given is None and form not in values:
            continue
        before = old.get(listed) or []
        if given is None:
            value = _stored(tx, form, main, form, before) if main else None
            points = _with_main(form, [] if whole else before, value)
        else:
            points = _checked(tx, form, given, main, before)
        values |= {form: points[0][form] if points else None, listed: points}


def _with_main(form: str, before: Sequence[Point], main: str | None) -> list[Point]:
    others = [point for point in before[1:] if point[form] != main]
    if main is not None:
        return [_point(form, main, before[0]["label"] if before else None, main=True), *others]
    return _main_first(form, [(each[form], each["label"]) for each in others], 0)


def _checked(
    tx: Transaction, form: str, given: Sequence[Facts], main: str | None, before: Sequence[Point]
) -> list[Point]:
    found: list[tuple[str, str | None]] = []
    for place, entry in enumerate(given):
        named = f"{form}s.{place}.{form}"
        value = _stored(tx, form, entry[form], named, before)
        if any(is_same_number(value, known) for known, _ in found):
            raise Invalid.field(named, "is in the list already")
        found.append((value, entry.get("label")))
    chosen = [place for place, entry in enumerate(given) if entry.get("main")]
    if len(chosen) > 1:
        raise Invalid.field(f"{form}s", "can have only one main entry")
    if main is not None:
        wanted = _stored(tx, form, main, form, before)
        same = [place for place, (value, _) in enumerate(found) if value == wanted]
        if not same or (chosen and chosen != same):
            raise Invalid.field(form, "must be the main entry of the list")
        chosen = same
    return _main_first(form, found, chosen[0] if chosen else 0)


def _main_first(form: str, found: Sequence[tuple[str, str | None]], main: int) -> list[Point]:
    ordered = [*found[main : main + 1], *found[:main], *found[main + 1 :]]
    return [_point(form, value, label, main=place == 0) for place, (value, label) in enumerate(ordered)]


def _point(form: str, value: str, label: str | None, *, main: bool) -> Point:
    return {form: value, "label": label, "main": main}


def _stored(tx: Transaction, form: str, text: str, field: str, before: Sequence[Point]) -> str:
    """As it is stored. A number that the client has already may be one that nobody could type."""
    if form == "email" or any(point[form] == text for point in before):
        return text
    try:
        return parse_phone(tx, text)
    except Invalid as error:
        raise error.renamed({"phone": field}) from None


def main_first(form: str, main: str | None, lists: Sequence[Sequence[Point]]) -> dict[str, Any]:
    """The main one and the list of all, each once; without a main one, the first of the lists becomes it."""
    labels: dict[str, str | None] = {} if main is None else {main: None}
    for points in lists:
        for point in points:
            same = next((value for value in labels if is_same_number(value, point[form])), point[form])
            labels[same] = labels.get(same) or point["label"]
    points = _main_first(form, list(labels.items())[:MOST_POINTS], 0)
    return {form: points[0][form] if points else None, f"{form}s": points}


def store_points(tx: Transaction, client_id: int, form: str, wanted: Sequence[Point]) -> None:
    """Let the client have exactly these further ones, after the first, which is the main one."""
    tx.run(
        """
        DELETE FROM client_contact_points
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND form = :form
        """,
        client_id=client_id,
        form=form,
    )
    _insert(tx, client_id, form, wanted[1:])


def _insert(tx: Transaction, client_id: int, form: str, further: Iterable[Point]) -> None:
    for place, point in enumerate(further, 1):
        tx.run(
            """
            INSERT INTO client_contact_points (workspace_id, client_id, form, place, value, label)
            VALUES (:workspace_id, :client_id, :form, :place, :value, :label)
            """,
            client_id=client_id,
            form=form,
            place=place,
            value=point[form],
            label=point["label"],
        )
