"""The fields of an outgoing message."""

from typing import Self

from pydantic import Field, model_validator

from crm.clients.fields import ClientName
from crm.conversations.fields import MessageText, PhoneText
from crm.conversations.templates.fields import TemplateUse
from crm.fields import Fields, Id


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
            raise ValueError("cannot combine a template with a text or a file")
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
