"""Phone numbers as people type them here."""

from crm.clients.phones import as_e164_without_plus, parse_phone
from crm.db.transaction import Transaction
from crm.errors import Invalid


def read_phone(tx: Transaction, text: str, field: str) -> str:
    """The number as E.164: one of the workspace's country, else an international one that lacks its `+`.

    Raises Invalid naming the field.
    """
    try:
        return parse_phone(tx, text)
    except Invalid as error:
        whole = as_e164_without_plus(text)
        if whole is not None:
            return whole
        raise error.renamed({"phone": field}) from None
