"""The files of one quote."""

from crm.documents.kind import QUOTE
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(QUOTE)
