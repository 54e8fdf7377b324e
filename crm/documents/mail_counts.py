"""How many e-mails with documents wait, are being sent and have failed."""

from crm.db.transaction import Transaction
from crm.documents.invoice_mails import INVOICE_MAILS
from crm.documents.quote_mails import QUOTE_MAILS


def count_mails(tx: Transaction) -> dict[str, int]:
    """By state, of all workspaces. `tx` is of SYSTEM."""
    of_quotes, of_invoices = QUOTE_MAILS.counts(tx), INVOICE_MAILS.counts(tx)
    return {state: number + of_invoices[state] for state, number in of_quotes.items()}
