"""The kinds of record that this application knows, and their words."""

from typing import cast

from flask import current_app

from crm.accounts.permissions import Permissions, permissions_of
from crm.records.kinds import Kinds
from crm.web.kinds.kind_words import Words


def known_kinds() -> Kinds:
    return cast(Kinds, current_app.extensions["holdfast.kinds"])


def known_permissions() -> Permissions:
    return permissions_of(known_kinds())


def known_words() -> Words:
    return cast(Words, current_app.extensions["holdfast.words"])
