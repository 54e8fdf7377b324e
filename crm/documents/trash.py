"""Quotes in the trash: a tombstone, never a loss. A quote keeps its number."""

from crm.documents.quote import QUOTE_RECORD, find_quote, get_quote
from crm.documents.quotes import SEARCH, index_quote
from crm.records.record_trash import RecordTrash

QUOTE_TRASH = RecordTrash(
    record=QUOTE_RECORD, get=get_quote, find=find_quote, search=SEARCH, index=index_quote
)
delete_quote = QUOTE_TRASH.delete
restore_quote = QUOTE_TRASH.restore
