"""The files of one lead."""

from crm.leads.kind import LEAD
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(LEAD)
