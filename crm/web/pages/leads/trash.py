"""The trash of leads."""

from flask import url_for

from crm.leads.kind import LEAD
from crm.web.lists.lead_list import LEAD_LIST
from crm.web.lists.page import trash_blueprint
from crm.web.records.removal import TRASHED, Removal

blueprint = trash_blueprint(
    LEAD_LIST,
    Removal(
        kind=LEAD,
        after=lambda lead: url_for("board.show", pipeline_id=lead.pipeline_id),
        removed=TRASHED,
    ),
)
