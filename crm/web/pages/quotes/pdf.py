"""A quote as a PDF file."""

from crm.documents.kind import QUOTE
from crm.documents.revisions import document_of
from crm.web.pages.documents.record import pdf_blueprint

blueprint = pdf_blueprint(QUOTE, document_of)
