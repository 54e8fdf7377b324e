"""The files of one invoice."""

from crm.documents.invoice_kind import INVOICE
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(INVOICE)
