"""The address of a page, with what narrows, sorts and turns it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Address(BaseModel):
    """A filter that is not set may be in it as empty text, and what is not known is passed over."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != ""}
