"""The fields of a lead that comes with a conversation."""

from typing import Literal

from pydantic import Field

from crm.attribution.fields import TouchFields
from crm.clients.fields import ClientName, NewClient
from crm.conversations.fields import PhoneText
from crm.fields import Name
from crm.leads.bulk import LeadCreation
from crm.leads.fields import LeadFields, Status
from crm.leads.kind import LEAD
from crm.records.bulk_operations import operation_models, operations_model

PAIR_ONLY = ("customer_name", "conversation_status", "lead_status")


class NewLead(LeadFields, TouchFields):
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


NewLeadOperations = operations_model(
    "NewLeadOperations",
    (NewLeadCreation, *(each for each in operation_models(LEAD) if each is not LeadCreation)),
)
