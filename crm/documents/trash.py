"""Quotes in the trash: a tombstone, never a loss. A quote keeps its number."""

from crm.custom_fields.uniqueness import claim_record, free_record
from crm.documents.quote import QUOTE_RECORD, find_quote, get_quote
from crm.documents.quotes import SEARCH, index_quote
from crm.records.record_trash import RecordTrash

QUOTE_TRASH = RecordTrash(
    record=QUOTE_RECORD,
    get=get_quote,
    find=find_quote,
    search=SEARCH,
    index=index_quote,
    leaving=lambda tx, quote: free_record(tx, "quote", quote.id),
    returning=lambda tx, quote: claim_record(tx, "quote", quote.id),
)
delete_quote = QUOTE_TRASH.delete
restore_quote = QUOTE_TRASH.restore
