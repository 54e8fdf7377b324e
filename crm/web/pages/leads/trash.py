"""The trash of leads."""

from flask import url_for
from flask_babel import lazy_gettext as _

from crm.leads.kind import LEAD
from crm.web.lists.lead_list import LEAD_LIST
from crm.web.lists.page import trash_blueprint
from crm.web.records.removal import Removal, add_removal

blueprint = trash_blueprint(LEAD_LIST)
add_removal(
    blueprint,
    Removal(
        kind=LEAD,
        after=lambda lead: url_for("board.show", pipeline_id=lead.pipeline_id),
        at=lambda lead: url_for("lead_record.show", lead_id=lead.id),
        removed=_("%(name)s was moved to the trash."),
    ),
    "/<id:lead_id>",
    LEAD.may("delete"),
)
