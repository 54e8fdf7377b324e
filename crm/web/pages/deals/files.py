"""The files of one deal."""

from crm.deals.kind import DEAL
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(DEAL)
