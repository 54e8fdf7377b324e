"""The kinds of record that this application knows, and their words."""

from typing import cast

from flask import current_app

from crm.records.kinds import Kinds


def known_kinds() -> Kinds:
    return cast(Kinds, current_app.extensions["holdfast.kinds"])
