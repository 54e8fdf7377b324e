"""The kinds of record that this application knows, and their words."""

from collections.abc import Iterable
from typing import cast

from flask import Flask, current_app

from crm.accounts.permissions import Permissions, permissions_of
from crm.records.kind import Part
from crm.records.kinds import Kinds
from crm.web.kinds.kind_words import Words


def known_kinds() -> Kinds:
    return cast(Kinds, current_app.extensions["holdfast.kinds"])


def choices_of(app: Flask, what: str) -> Iterable[str]:
    """Names that a field may hold: "lists", or of the kinds that bear a part, such as "notes"."""
    kinds = cast(Kinds, app.extensions["holdfast.kinds"])
    return kinds.listed if what == "lists" else kinds.with_part(cast(Part, what))


def known_permissions() -> Permissions:
    return permissions_of(known_kinds())


def known_words() -> Words:
    return cast(Words, current_app.extensions["holdfast.words"])
