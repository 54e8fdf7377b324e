"""The files of one vehicle."""

from crm.catalogue.kind import VEHICLE
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(VEHICLE)
