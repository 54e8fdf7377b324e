"""The fields of a WhatsApp number, and how it is shown."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from crm.conversations.fields import ExternalId, PhoneText
from crm.fields import Fields, Line, left_out

_VISIBLE = re.compile(r"[\x21-\x7e]+")


def _secret(text: str) -> str:
    if not text:
        raise ValueError("is required")
    if not _VISIBLE.fullmatch(text):
        raise ValueError("may contain only visible ASCII characters, no spaces")
    return text


Secret = Annotated[Line, StringConstraints(max_length=1_000), AfterValidator(_secret)]


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


@dataclass(frozen=True)
class WhatsAppNumber:
    """Without its secrets. `verified_at`: the last handshake; `fault`: why nothing can be sent."""

    id: int
    kind: str
    phone_number_id: str
    display_phone: str
    business_account_id: str | None
    create_leads: bool
    verified_at: str | None
    fault: str | None
    fault_at: str | None
    version: int
    created_at: str
    updated_at: str
