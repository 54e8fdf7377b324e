"""The filters that lists and boards of leads share, in the API and on the pages."""

from dataclasses import fields
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from crm.fields import MAX_ID
from crm.leads.filters import LeadFilter
from crm.money import Amount

FILTERS = {field.name for field in fields(LeadFilter)}


class BoardQuery(BaseModel):
    """The filters that a board and a list share. `owner_id=0` asks for leads without an owner."""

    model_config = ConfigDict(extra="forbid")

    q: str | None = Field(None, max_length=200, description="Words of the title and of the client's name")
    owner_id: int | None = Field(None, ge=0, le=MAX_ID)
    client_id: int | None = Field(None, ge=1, le=MAX_ID)
    type: str | None = Field(None, min_length=1, max_length=40)
    status: Literal["open", "new", "in_progress", "waiting", "won", "lost"] | None = None
    source: str | None = Field(None, min_length=1, max_length=100)
    tag: str | None = Field(None, min_length=1, max_length=50)
    stale: bool | None = None
    value_from: Amount | None = None
    value_to: Amount | None = None
    closes_from: date | None = None
    closes_to: date | None = None

    def filter(self) -> LeadFilter:
        given = self.model_dump(include=FILTERS - {"closes_from", "closes_to"})
        given["closes_from"] = self.closes_from.isoformat() if self.closes_from else None
        given["closes_to"] = self.closes_to.isoformat() if self.closes_to else None
        return LeadFilter(**given)


class Address(BaseModel):
    """The address of a page, in which a filter that is not set stands as empty text."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != ""}


class LeadsAddress(Address, BoardQuery):
    """The filters of leads in the address of a page."""

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows the list, as an address holds it."""
        return self.model_dump(mode="json", include=set(BoardQuery.model_fields), exclude_none=True)
