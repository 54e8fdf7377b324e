"""What people may send about accounts is checked against the world's own lists."""

from typing import Any

import pytest

from crm.accounts.fields import (
    LoginFields,
    ProfileChanges,
    SetupFields,
    TokenFields,
    UserChanges,
    WorkspaceChanges,
)
from crm.errors import Invalid
from crm.fields import Fields, parse_fields

SETUP = {"workspace": "Acme", "name": "Olga", "email": "olga@acme.example", "password": "x"}


@pytest.mark.parametrize(
    ("model", "given", "field"),
    [
        (SetupFields, {**SETUP, "timezone": "Mars/Olympus"}, "timezone"),
        (SetupFields, {**SETUP, "timezone": "../../etc/passwd"}, "timezone"),
        (SetupFields, {**SETUP, "currency": "DEM"}, "currency"),
        (SetupFields, {**SETUP, "country": "XX"}, "country"),
        (SetupFields, {**SETUP, "language": "tlh-Latn"}, "language"),
        (SetupFields, {**SETUP, "locale": "de-ZZ"}, "locale"),
        (ProfileChanges, {"locale": "../../etc"}, "locale"),
        (SetupFields, {**SETUP, "workspace": "x" * 101}, "workspace"),
        (SetupFields, {**SETUP, "password": None}, "password"),
        (SetupFields, {**SETUP, "password": "x" * 5000}, "password"),
        (LoginFields, {"email": "olga@acme.example"}, "password"),
        (UserChanges, {"name": None}, "name"),
        (UserChanges, {"role": "root"}, "role"),
        (UserChanges, {"disabled": 1}, "disabled"),
        (UserChanges, {"password_hash": "x"}, "password_hash"),
        (WorkspaceChanges, {"currency": None}, "currency"),
        (TokenFields, {"name": "sync", "days": 0}, "days"),
        (TokenFields, {"name": "sync", "days": True}, "days"),
        (TokenFields, {"name": "sync", "scope": "admin"}, "scope"),
        (ProfileChanges, {"role": "owner"}, "role"),
    ],
)
def test_a_wrong_value_is_refused_by_name(model: type[Fields], given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_fields(model, given)
    assert [problem.field for problem in caught.value.problems] == [field]
