"""The kinds of record that this application knows, and their words."""

from typing import cast

from flask import Flask

from crm.accounts.permissions import Permissions, permissions_of
from crm.errors import Sentence
from crm.imports.described import records_known
from crm.records.kind import Part
from crm.records.kinds import Kinds
from crm.web.kinds.kind_words import Words
from crm.web.requests.present import current_app


def known_kinds() -> Kinds:
    return cast(Kinds, current_app.extensions["holdfast.kinds"])


def shown_kind(kind: str | None) -> str | None:
    """For a filter of a timeline. Raises ValueError for a kind that is never on one."""
    shown = choices_of(current_app, "timeline")
    if kind and kind not in shown:
        raise ValueError(Sentence("must be {expected}", expected=" or ".join(map(repr, shown))))
    return kind


def ledger_kinds(given: str | None) -> str | None:
    """For a filter of the ledger: names with commas between. Raises ValueError for one that is not known."""
    known = {each.name for each in known_words()}
    odd = [kind for kind in (given or "").split(",") if kind not in known] if given is not None else []
    if odd:
        raise ValueError(Sentence("has a kind of record that is not known: {kind}", kind=repr(odd[0])))
    return given


def choices_of(app: Flask, what: str) -> list[str]:
    """Names that a field accepts: of "lists", of kinds on a "timeline", "customized" or "imported" ones, or
    with "notes".
    """
    if what == "timeline":
        words = cast(Words, app.extensions["holdfast.words"])
        return [each.name for each in words if each.on_home or each.record or each in words.hanging]
    kinds = cast(Kinds, app.extensions["holdfast.kinds"])
    if what == "customized":
        return list(kinds.customized)
    if what == "imported":
        return records_known(kinds)
    return list(kinds.listed if what == "lists" else kinds.with_part(cast(Part, what)))


def known_permissions() -> Permissions:
    return permissions_of(known_kinds())


def known_words() -> Words:
    return cast(Words, current_app.extensions["holdfast.words"])
