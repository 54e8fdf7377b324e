"""Quotes in the trash: a tombstone, never a loss. A quote keeps its number."""

from crm.custom_fields.trash import CustomizedTrash
from crm.documents.quote import QUOTE_RECORD, find_quote, get_quote
from crm.documents.quotes import SEARCH, index_quote

QUOTE_TRASH = CustomizedTrash(
    record=QUOTE_RECORD,
    get=get_quote,
    find=find_quote,
    search=SEARCH,
    index=index_quote,
)
delete_quote = QUOTE_TRASH.delete
restore_quote = QUOTE_TRASH.restore
