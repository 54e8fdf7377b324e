"""Templates that can say an alert: approved, with one place in their text, which the sentence fills."""

from crm.conversations.channel_kinds import BY_PHONE
from crm.conversations.channels.channels import list_channels
from crm.conversations.phone_numbers import read_phone
from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.templates import APPROVED, MessageTemplate, find_template, list_templates
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.fields import parse_fields

FIELD = "message_template"
UNKNOWN = "is no template of this workspace"


def alert_templates(tx: Transaction) -> list[str]:
    """`name/language` of each that can be chosen."""
    return [f"{each.name}/{each.language}" for each in list_templates(tx) if _problem(each) is None]


def checked_number(tx: Transaction, number: str, template: str | None) -> str:
    """The number as E.164. Raises Invalid naming the field, also where none is connected to send from."""
    whole = read_phone(tx, number, "message_to")
    if not any(channel.kind == BY_PHONE.name for channel in list_channels(tx)):
        raise Invalid.field("message_to", "needs a connected number of this workspace that sends it")
    filled_template(tx, template, "An alert")
    return whole


def filled_template(tx: Transaction, chosen: str | None, sentence: str) -> TemplateUse:
    """Raises Invalid where it is none that can say an alert, or not any more."""
    if chosen is None:
        raise Invalid.field(FIELD, "is required: only an approved template is delivered at any time")
    use = _use_of(chosen)
    known = find_template(tx, use)
    if known is None:
        raise Invalid.field(FIELD, UNKNOWN)
    problem = _problem(known)
    if problem is not None:
        raise Invalid.field(FIELD, problem)
    return use.model_copy(update=_filling(known.places[0], sentence))


def _use_of(chosen: str) -> TemplateUse:
    name, _, language = chosen.partition("/")
    try:
        return parse_fields(TemplateUse, {"name": name, "language": language})
    except Invalid:
        raise Invalid.field(FIELD, UNKNOWN) from None


def _filling(place: str, sentence: str) -> dict[str, object]:
    return {"parameters": [sentence]} if place.isdigit() else {"named_parameters": {place: sentence}}


def _problem(known: MessageTemplate) -> str | Sentence | None:
    if known.status != APPROVED:
        return Sentence("is not approved: {status}", status=known.status)
    if len(known.places) != 1:
        return "must have one placeholder in its text, for the sentence of the alert"
    if known.header_place is not None or known.header_media is not None or known.links:
        return "must have no placeholder in its header or buttons, and no file"
    return None
