"""What may be written of channels and conversations: the one place of its limits, for API and pages alike."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from crm.clients.fields import ClientName, Id
from crm.conversations.outgoing import HeaderMedia
from crm.conversations.places import find_places, only_known_places
from crm.fields import Fields, Line, Text, left_out
from crm.leads.note_fields import Moment

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_TEMPLATE_NAME = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")


def _identifier(text: str) -> str:
    if not text:
        raise ValueError("is required")
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError("must be an id: letters, digits, '-' and '_'")
    return text


def _secret(text: str) -> str:
    if not text:
        raise ValueError("is required")
    if not _VISIBLE.fullmatch(text):
        raise ValueError("must be visible ASCII characters without blanks")
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("is required")
    return text


def _template_name(text: str) -> str:
    if not _TEMPLATE_NAME.fullmatch(text):
        raise ValueError("must be a template's name: small letters, digits and '_'")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("must be a template's language, such as en_US")
    return text


def _closed_up(value: object) -> object:
    """WhatsApp refuses breaks, tabs and runs of blanks in what fills a place."""
    if not isinstance(value, str):
        return value
    return " ".join(value.split())


def _fillable(text: str) -> str:
    if not only_known_places(text):
        raise ValueError("has places that are neither {{1}} nor {{by_name}}, or both")
    return text


def _with_place(text: str) -> str:
    if not find_places(text):
        raise ValueError("must have a place, such as {{1}}")
    return text


ExternalId = Annotated[Line, StringConstraints(max_length=64), AfterValidator(_identifier)]
Secret = Annotated[Line, StringConstraints(max_length=1_000), AfterValidator(_secret)]
PhoneText = Annotated[Line, AfterValidator(_filled), StringConstraints(min_length=1, max_length=40)]
MessageText = Annotated[Text, AfterValidator(_filled), StringConstraints(min_length=1, max_length=4_096)]
TemplateName = Annotated[Line, StringConstraints(max_length=512), AfterValidator(_template_name)]
TemplateLanguage = Annotated[Line, StringConstraints(max_length=8), AfterValidator(_language)]
PlaceName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*$", max_length=100)]
Parameter = Annotated[
    Line,
    BeforeValidator(_closed_up),
    AfterValidator(_filled),
    StringConstraints(min_length=1, max_length=1_024),
]


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


class LinkUse(Fields):
    """What fills the place in the address of a template's button."""

    button: int = Field(ge=0, le=9, description="Which button, counted from 0")
    text: Parameter


class TemplateUse(Fields):
    """A template that WhatsApp approved, with what fills its places."""

    name: TemplateName
    language: TemplateLanguage = "en_US"
    parameters: Annotated[list[Parameter], Field(max_length=20)] = Field(
        default=[], description="Fill the numbered places of the text"
    )
    named_parameters: Annotated[dict[PlaceName, Parameter], Field(max_length=20)] = Field(
        default={}, description="Fill the named places of the text, where it has such"
    )
    header: Parameter | None = Field(default=None, description="Fills the place of the line above the text")
    file_id: Id | None = Field(
        default=None, description="The picture or document above the text: a file of the client"
    )
    links: Annotated[list[LinkUse], Field(max_length=10)] = Field(default=[])

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.parameters and self.named_parameters:
            raise ValueError("has its places numbered or named, not both")
        if self.header is not None and self.file_id is not None:
            raise ValueError("has a line or a file above its text, not both")
        return self


class Words(Fields):
    """What is said: a text, a file with or without one, or a template."""

    text: MessageText | None = Field(default=None, description="The text, or the caption of the file")
    template: TemplateUse | None = None
    file_id: Id | None = Field(default=None, description="A file of the client")
    reply_to: Id | None = Field(default=None, description="The message that this one answers")

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.template is None and self.file_id is None and self.text is None:
            raise ValueError("needs a text, a file or a template")
        if self.template is not None and (self.file_id is not None or self.text is not None):
            raise ValueError("a template goes alone")
        return self


class MessageToSend(Words):
    """What is said, and from which number."""

    channel_id: Id | None = Field(
        default=None, description="The number to send from, where there are several"
    )


class WhatsAppMessage(Fields):
    """A message to a phone number, with its conversation, and the client and lead where they are wanted."""

    to: PhoneText = Field(
        description="E.164, with or without its `+`, or a number of the workspace's country"
    )
    message: MessageText | None = Field(default=None, description="The text, or the caption of the file")
    template: TemplateUse | None = None
    file_id: Id | None = Field(default=None, description="A file of the client with this number")
    create_lead: bool = Field(default=False, alias="createLead")
    customer_name: ClientName | None = Field(
        default=None, alias="customerName", description="Required with createLead"
    )
    channel_id: Id | None = Field(
        default=None, description="The number to send from, where there are several"
    )


class TemplateLink(Fields):
    """A button of a template that opens an address with a place in it."""

    button: int = Field(ge=0, le=9, description="Which button, counted from 0")
    text: Annotated[Line, StringConstraints(max_length=100)]
    url: Annotated[Line, AfterValidator(_with_place), StringConstraints(max_length=2_000)]


class TemplateFields(Fields):
    """A template as WhatsApp approved it."""

    name: TemplateName
    language: TemplateLanguage = "en_US"
    body: Annotated[
        Text,
        AfterValidator(_filled),
        AfterValidator(_fillable),
        StringConstraints(min_length=1, max_length=1_024),
    ]
    header: (
        Annotated[Line, AfterValidator(_fillable), StringConstraints(min_length=1, max_length=200)] | None
    ) = Field(default=None, description="A line above the text")
    header_media: HeaderMedia | None = Field(default=None, description="A file above the text")
    links: Annotated[list[TemplateLink], Field(max_length=10)] = Field(
        default=[], description="Its buttons with a place in their address"
    )
    category: Annotated[Line, StringConstraints(max_length=40)] | None = Field(
        default=None, description="As WhatsApp has it: marketing, utility or authentication"
    )

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.header is not None and self.header_media is not None:
            raise ValueError("has a line or a file above its text, not both")
        if self.header is not None and len(find_places(self.header)) > 1:
            raise ValueError("may have one place in the line above its text")
        return self


class QuickReplyFields(Fields):
    """A text of our own that is written again and again."""

    title: Annotated[Line, AfterValidator(_filled), StringConstraints(min_length=1, max_length=60)]
    text: MessageText


class ConversationChanges(Fields):
    """What people change of a conversation: what is left out stays as it is."""

    status: Literal["active", "snoozed", "closed"] = left_out()
    snoozed_until: Moment | None = left_out(description="In the future; goes with the status snoozed")
    assignee_id: Id | None = left_out(description="The user who sees to it")
    client_id: Id | None = left_out(description="The client whose it is")


class ReadTo(Fields):
    """How far a conversation was seen."""

    message_id: Id | None = Field(
        default=None, description="Up to and with this message; left out, all of it"
    )


class ConversationNoteFields(Fields):
    """A note for colleagues; it is never sent."""

    text: MessageText
