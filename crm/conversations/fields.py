"""What may be written of channels and conversations: the one place of its limits, for API and pages alike."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from crm.fields import Fields, Line

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")
_VISIBLE = re.compile(r"[\x21-\x7e]+")


def _identifier(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError("is required" if not text else "must be an id: letters, digits, '-' and '_'")
    return text


def _secret(text: str) -> str:
    if not _VISIBLE.fullmatch(text):
        raise ValueError("is required" if not text else "must be visible ASCII characters without blanks")
    return text


def left_out() -> Any:
    """The default of a field of changes: what is left out stays as it is."""
    return Field(None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


ExternalId = Annotated[Line, StringConstraints(max_length=64), AfterValidator(_identifier)]
Secret = Annotated[Line, StringConstraints(max_length=1_000), AfterValidator(_secret)]
PhoneText = Annotated[Line, StringConstraints(min_length=1, max_length=40)]


class WhatsAppChannelFields(Fields):
    """A number of the WhatsApp Cloud API, with the secrets that its settings at Meta show."""

    phone_number_id: ExternalId
    display_phone: PhoneText = Field(description="The number that customers see")
    access_token: Secret
    app_secret: Secret = Field(description="Signs what WhatsApp delivers")
    verify_token: Secret = Field(description="Your own word, given again where Meta asks for the callback")
    business_account_id: ExternalId | None = None
    create_leads: bool = Field(default=True, description="Make a lead when a new customer writes")


class WhatsAppChannelChanges(Fields):
    """Some facts of a number; a secret is replaced or stays, and is never shown."""

    display_phone: PhoneText = left_out()
    access_token: Secret = left_out()
    app_secret: Secret = left_out()
    verify_token: Secret = left_out()
    business_account_id: ExternalId | None = left_out()
    create_leads: bool = left_out()
