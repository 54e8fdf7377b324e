"""The values of a client that a merge keeps, so that it can be taken back, as they come from a file."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from crm.clients.fields import Kind, Status

Number = int | None
Words = str | None


class StoredFacts(BaseModel):
    """Values of custom fields are beside them, as `custom.key`."""

    model_config = ConfigDict(extra="allow", strict=True)

    kind: Kind
    name: str
    status: Status
    email: Words
    phone: Words
    emails: list[dict[str, Any]]
    phones: list[dict[str, Any]]
    website: Words
    address: Words
    city: Words
    country: Words
    source: Words
    notes: Words
    company_id: Number
    companies: list[dict[str, Any]] = []
    owner_id: Number
    picture_id: Number
    tags: list[str]


class SetAside(BaseModel):
    """What the loser gave up."""

    model_config = ConfigDict(extra="forbid", strict=True)

    tags: list[str]
    picture_id: Number
    told_apart: list[dict[str, int]] = []
