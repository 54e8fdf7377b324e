"""Phone numbers as people type them here."""

from crm.clients.phones import as_whatsapp_tells, parse_phone
from crm.db.transaction import Transaction
from crm.errors import Invalid


def read_phone(tx: Transaction, text: str, field: str) -> str:
    """The number as E.164; else one of the workspace's country, else as WhatsApp tells it: without the `+`.

    Raises Invalid naming the field.
    """
    try:
        return parse_phone(tx, text)
    except Invalid as error:
        told = as_whatsapp_tells(text)
        if told is not None:
            return told
        raise error.renamed({"phone": field}) from None
