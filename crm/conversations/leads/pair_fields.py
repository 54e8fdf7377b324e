"""The fields of a lead that comes with a conversation."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.clients.fields import ClientName, NewClient
from crm.conversations.fields import PhoneText
from crm.fields import Fields, Name, UntilEnough
from crm.leads.bulk import LeadCreation, LeadUpdate, Move
from crm.leads.fields import LeadFields, Status
from crm.records.bulk import BULK_VALUES, MOST, Assignment, Deletion, Restoration, Tagging

PAIR_ONLY = ("customer_name", "conversation_status", "lead_status")


class NewLead(LeadFields):
    """A lead; with `customer_phone` it comes with its client and conversation, all of them or none."""

    title: Name = Field(default="", description="Required, but for a customer's: then their name or number")
    customer_phone: PhoneText | None = Field(
        default=None, description="Finds the client by phone, or makes one, and opens their conversation"
    )
    customer_name: ClientName | None = Field(default=None, description="The name of a new client")
    conversation_status: Literal["active", "closed"] | None = Field(
        default=None, description="Left out, active"
    )
    lead_status: Status | None = Field(default=None, description="Left out, new")
    client: NewClient | None = Field(
        default=None,
        description="Instead of client_id: the live client with that e-mail or phone, or else a new one",
    )


class NewLeadCreation(LeadCreation):
    fields: NewLead


NewLeadOperation = NewLeadCreation | LeadUpdate | Tagging | Assignment | Move | Deletion | Restoration


class NewLeadOperations(Fields):
    most_values: ClassVar[int] = BULK_VALUES
    operations: Annotated[
        list[Annotated[NewLeadOperation, Field(discriminator="op"), UntilEnough]],
        Field(min_length=1, max_length=MOST),
    ]
