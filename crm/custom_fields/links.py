"""Values of custom fields that are other records."""

from typing import Any

from crm.accounts.owners import check_owner
from crm.custom_fields.reading import Asked
from crm.errors import Invalid, NotFound
from crm.fields import MAX_ID
from crm.records.kinds import kinds_of


def read_user(asked: Asked, value: Any) -> int:
    """Raises Invalid unless it is a user of the workspace who can log in."""
    user_id = _id_in(value)
    check_owner(asked.tx, user_id)
    return user_id


def read_client(asked: Asked, value: Any) -> int:
    """Raises ValueError unless it is a live client of the workspace."""
    client_id = _id_in(value)
    lookup = kinds_of(asked.tx).by_name["client"].lookup
    if lookup is None:
        raise Invalid.field(asked.field.name, "is not a client of this workspace")
    try:
        lookup.get(asked.tx, client_id)
    except NotFound:
        raise ValueError("is not a client of this workspace") from None
    return client_id


def _id_in(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")  # noqa: TRY004 - one error for all refusals
    if not 1 <= value <= MAX_ID:
        raise ValueError("is too large or too small")
    return value
