"""Lists of quotes."""

from crm.documents.document_list import DocumentList
from crm.documents.filters import QUOTES, SAME, QuoteFilter, own_parts
from crm.documents.quote import NAMES, QuoteInList, in_list, quote_columns, today_of

QUOTE_LISTING: DocumentList[QuoteFilter, QuoteInList] = DocumentList(
    kind="quote",
    listed=QUOTES,
    name_key="number_key",
    columns=quote_columns,
    width=len(NAMES),
    record_of=in_list,
    today=today_of,
    filters=QuoteFilter,
    same=SAME,
    own=own_parts,
)
list_quotes = QUOTE_LISTING.page
count_quotes = QUOTE_LISTING.count
suggest_quotes = QUOTE_LISTING.suggest
