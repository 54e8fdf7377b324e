"""The fields of templates, of their use, and of quick replies."""

import re
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from crm.conversations.fields import MessageText
from crm.conversations.templates.placeholders import find_placeholders, only_known_placeholders
from crm.conversations.transport.outgoing import HeaderMedia
from crm.fields import STORED, Fields, Id, Line, Text, visible
from crm.host_names import HOST_TOO_LONG, host_fits

_TEMPLATE_NAME = re.compile(r"[a-z0-9_]+")
_PLACE_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")


def _template_name(text: str) -> str:
    if not _TEMPLATE_NAME.fullmatch(text):
        raise ValueError("must be a template name: lowercase letters, digits and '_'")
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("must be a template language such as en_US")
    return text


def _place_name(text: str) -> str:
    if not _PLACE_NAME.fullmatch(text):
        raise ValueError(
            "must be a placeholder name: lowercase letters, digits and '_', not starting with a digit"
        )
    return text


def _closed_up(value: object) -> object:
    """WhatsApp refuses breaks, tabs and runs of blanks in what fills a place."""
    if not isinstance(value, str):
        return value
    return " ".join(value.split())


def _fillable(text: str) -> str:
    if not only_known_placeholders(text):
        raise ValueError(
            "must use either numbered placeholders such as {{1}} or named ones such as {{first_name}}"
        )
    return text


def _with_place(text: str, info: ValidationInfo) -> str:
    if not find_placeholders(text):
        raise ValueError("needs a placeholder such as {{1}}")
    host = text.partition("://")[2].partition("/")[0]
    if host and info.context is not STORED and not host_fits(host.rpartition("@")[2].partition(":")[0]):
        raise ValueError(HOST_TOO_LONG)
    return text


TemplateName = Annotated[Line, StringConstraints(max_length=512), AfterValidator(_template_name)]
TemplateLanguage = Annotated[Line, StringConstraints(max_length=8), AfterValidator(_language)]
PlaceName = Annotated[str, StringConstraints(max_length=100), AfterValidator(_place_name)]
Parameter = Annotated[
    Line,
    BeforeValidator(_closed_up),
    AfterValidator(visible),
    StringConstraints(min_length=1, max_length=1_024),
]


class LinkUse(Fields):
    """What fills the place in the address of a template's button."""

    button: int = Field(ge=0, le=9, description="Which button, counted from 0")
    text: Parameter


class TemplateUse(Fields):
    """A template that WhatsApp approved, with what fills its placeholders."""

    name: TemplateName
    language: TemplateLanguage = "en_US"
    parameters: Annotated[list[Parameter], Field(max_length=20)] = Field(
        default=[], description="Fill the numbered placeholders of the text"
    )
    named_parameters: Annotated[dict[PlaceName, Parameter], Field(max_length=20)] = Field(
        default={}, description="Fill the named placeholders of the text, if it has them"
    )
    header: Parameter | None = Field(default=None, description="Fills the place of the line above the text")
    file_id: Id | None = Field(
        default=None, description="The picture or document above the text: a file of the client"
    )
    links: Annotated[list[LinkUse], Field(max_length=10)] = Field(default=[])

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.parameters and self.named_parameters:
            raise ValueError("must use either numbered or named placeholders, not both")
        if self.header is not None and self.file_id is not None:
            raise ValueError("can have a header text or a header file, not both")
        return self


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
        AfterValidator(visible),
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
            raise ValueError("can have a header text or a header file, not both")
        if self.header is not None and len(find_placeholders(self.header)) > 1:
            raise ValueError("may have one placeholder in its header")
        return self


class QuickReplyFields(Fields):
    """A text of our own that is written again and again."""

    title: Annotated[Line, AfterValidator(visible), StringConstraints(min_length=1, max_length=60)]
    text: MessageText
