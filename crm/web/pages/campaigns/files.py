"""The files of one campaign."""

from crm.campaigns.kind import CAMPAIGN
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(CAMPAIGN)
