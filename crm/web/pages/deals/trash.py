"""The trash of deals: cancelled ones alone go there."""

from flask import url_for
from flask_babel import lazy_gettext as _

from crm.deals.kind import DEAL
from crm.web.lists.deal_list import DEAL_LIST
from crm.web.lists.page import trash_blueprint
from crm.web.records.removal import Removal, add_removal

blueprint = trash_blueprint(DEAL_LIST)
add_removal(
    blueprint,
    Removal(
        kind=DEAL,
        after=lambda _deal: url_for("deals.list_all"),
        at=lambda deal: url_for("deal_record.show", deal_id=deal.id),
        removed=_("%(name)s was moved to the trash."),
    ),
    "/<id:deal_id>",
    DEAL.may("delete"),
)
