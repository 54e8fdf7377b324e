"""The files of one product."""

from crm.catalogue.kind import PRODUCT
from crm.web.records.files import files_blueprint

blueprint = files_blueprint(PRODUCT)
