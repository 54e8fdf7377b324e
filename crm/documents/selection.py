"""Bulk actions on the list of quotes."""

from crm.documents.bulk import run_operation
from crm.documents.filters import QuoteFilter
from crm.documents.kind import QUOTE
from crm.records.many import Records, usual_operation

QUOTES: Records[QuoteFilter] = Records(QUOTE, usual_operation, run_operation)
