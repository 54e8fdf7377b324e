"""Rules for rows of webhooks that come with a workspace: without secrets, and switched off."""

from collections.abc import Mapping
from functools import partial

from crm.db.values import SQLValue
from crm.fields import Name, WebAddress
from crm.row_rules import Row, RowRules, columns, count, fits, json_of, moments
from crm.webhooks.fields import Kinds, Verbs

WITHHELD: Mapping[str, SQLValue] = {
    "sealed_secret": b"",
    "sealed_former": None,
    "former_until": None,
    "active": 0,
}
"""What an export has in the place of secrets, which open on no other server."""


def _withheld(value: SQLValue, _row: Row) -> SQLValue:
    return value


ROWS = {
    "webhooks": RowRules(
        columns(
            name=fits(Name),
            url=fits(WebAddress),
            kinds=json_of(Kinds, list),
            verbs=json_of(Verbs, list),
            projected_seq=count,
            **moments("gone_at"),
        ),
        made={name: partial(_withheld, value) for name, value in WITHHELD.items()},
    )
}
