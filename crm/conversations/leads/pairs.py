"""Lead, conversation and client created together: all or none."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm.activity.operations import begin_operation
from crm.attribution.fields import TouchFields
from crm.attribution.touches import keep_touch
from crm.conversations.leads.leads import ensure_lead, plain_lead
from crm.conversations.leads.pair_fields import PAIR_ONLY, NewLead, NewLeadCreation
from crm.conversations.phone_numbers import read_phone
from crm.conversations.thread.conversation import Conversation
from crm.conversations.thread.messages import add_note
from crm.conversations.thread.opening import open_conversation
from crm.conversations.transport.received import Sender
from crm.custom_fields.values import check_new_custom
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.fields import Fields
from crm.leads.bulk import create_with_client, with_client
from crm.leads.fields import LeadFields, given_values
from crm.leads.kind import LEAD
from crm.leads.lead import LEAD_RECORD, Lead
from crm.leads.leads import create_lead
from crm.leads.validation import validate_new_lead
from crm.records.bulk import Outcome, run_all
from crm.records.bulk_operations import run_operation
from crm.records.skeleton import differing


@dataclass
class PairedLead(Lead):
    """`created` is False when the customer's conversation had an open lead already: then it is that one."""

    lead_id: int
    conversation_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class PairOutcome(Outcome):
    conversation_id: int | None = None
    client_id: int | None = None


def create_lead_or_pair(tx: Transaction, given: NewLead) -> Lead | PairedLead:
    """Raises Invalid naming the field."""
    if given.customer_phone is not None:
        return create_pair(tx, given, given.customer_phone)
    lead = create_lead(tx, with_client(tx, _lead_alone(given), given.client), complete=True)
    _keep_touch(tx, given, lead.id)
    return lead


def create_pair(tx: Transaction, given: NewLead, phone: str) -> PairedLead:
    """The client with this phone, their conversation and its lead, each found or made. Raises Invalid.

    New details of a lead that is there already are kept as a note in the conversation.
    """
    if given.client_id is not None:
        raise Invalid.field("client_id", "cannot be combined with customer_phone")
    if given.client is not None:
        raise Invalid.field("client", "cannot be combined with customer_phone")
    number = read_phone(tx, phone, "customer_phone")
    who = Sender(number, None, given.customer_name)
    opened = open_conversation(tx, who, status=given.conversation_status or "active")
    conversation = opened.conversation
    fields = plain_lead(
        given,
        title=given.title or given.customer_name or conversation.client_name or number,
        client_id=conversation.client_id,
        status=given.lead_status or given.status,
    )
    lead, created = _ensure_named_lead(tx, conversation, fields, given)
    _keep_touch(tx, given, lead.id, conversation.id)
    if not created:
        _keep_what_differs(tx, conversation.id, given, lead)
    return PairedLead(**asdict(lead), lead_id=lead.id, conversation_id=conversation.id, created=created)


def _keep_touch(tx: Transaction, given: NewLead, lead_id: int, conversation_id: int | None = None) -> None:
    marks = given.model_dump(include=set(TouchFields.model_fields), exclude_none=True)
    keep_touch(tx, "api", marks, lead_id=lead_id, conversation_id=conversation_id)


def _ensure_named_lead(
    tx: Transaction, conversation: Conversation, fields: LeadFields, given: NewLead
) -> tuple[Lead, bool]:
    """A refusal of the status names the field that held it."""
    try:
        return ensure_lead(tx, conversation, fields)
    except Invalid as error:
        raise error.renamed({"status": "lead_status"} if given.lead_status else {}) from None


def _keep_what_differs(tx: Transaction, conversation_id: int, given: NewLead, lead: Lead) -> None:
    """Checked as for a new lead: a line for each field, the details last and in their own words."""
    values = check_new_custom(
        tx, "lead", validate_new_lead(tx, given_values(plain_lead(given))), complete=False
    )
    said = {name: value for name, value in values.items() if name.split(".")[0] in given.model_fields_set}
    others = differing(LEAD_RECORD, lead, said)
    details = others.pop("details", None)
    lines = [f"{name}: {_as_line(value)}" for name, value in others.items() if value not in ("", None)]
    if details:
        lines.append(details)
    if lines:
        add_note(tx, conversation_id, "\n".join(lines))


def _as_line(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def change_many_leads_and_pairs(tx: Transaction, operations: Sequence[Fields]) -> list[Outcome]:
    """Many changes of leads, and pairs, in their order. Raises Invalid that names each by its index."""
    return run_all(begin_operation(tx), operations, _run)


def _run(tx: Transaction, operation: Fields) -> Outcome:
    if not isinstance(operation, NewLeadCreation):
        return run_operation(LEAD, tx, operation)
    given = operation.fields
    if given.customer_phone is None:
        lead = create_with_client(tx, _creation_alone(operation))
        _keep_touch(tx, given, lead.id)
        return Outcome(operation.op, lead.id, lead.version, tx.actor.operation_id)
    if operation.client is not None:
        raise Invalid.field("client", "cannot be combined with customer_phone")
    pair = create_pair(tx, given, given.customer_phone)
    return PairOutcome(
        operation.op,
        pair.id,
        pair.version,
        tx.actor.operation_id,
        conversation_id=pair.conversation_id,
        client_id=pair.client_id,
    )


def _creation_alone(operation: NewLeadCreation) -> NewLeadCreation:
    """`client` may be given with the lead's fields, or beside them."""
    if operation.client is not None and operation.fields.client is not None:
        raise Invalid.field("client", "is given more than once")
    client = operation.client or operation.fields.client
    return operation.model_copy(update={"fields": _lead_alone(operation.fields), "client": client})


def _lead_alone(given: NewLead) -> LeadFields:
    stray = [name for name in PAIR_ONLY if getattr(given, name) is not None]
    problems = [FieldProblem(name, "requires customer_phone") for name in stray]
    if not given.title:
        problems.append(FieldProblem("title", "is required"))
    if problems:
        raise Invalid(*problems)
    return plain_lead(given)
