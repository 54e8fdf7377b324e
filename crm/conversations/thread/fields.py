"""The fields of a conversation."""

from typing import Literal

from pydantic import Field

from crm.conversations.fields import MessageText
from crm.fields import Fields, Id, left_out
from crm.time_fields import Moment


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
