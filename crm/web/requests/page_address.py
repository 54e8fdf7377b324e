"""The address of a page with its filters, order and position."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

CHOICE = "_choice"


class Address(BaseModel):
    """A filter that is not set may be in it as empty text, and what is not known is passed over.

    `company_id_choice` is `company_id`, from the form of a reader without scripts, who has both.
    """

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        chosen = {name.removesuffix(CHOICE): given[name] for name in given if name.endswith(CHOICE)}
        return {name: value for name, value in {**given, **chosen}.items() if value != ""}
