"""Bulk actions on leads."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.db.transaction import Transaction
from crm.leads.kind import LEAD, STAGE
from crm.records.bulk import Change
from crm.records.names import name_records
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.lead_address import LeadAddress
from crm.web.words.formats import Plural


def _tell_stage(tx: Transaction, change: Change) -> str:
    stage_id = change.number or 0
    return str(_("Move to %(stage)s", stage=name_records(tx, STAGE, [stage_id]).get(stage_id, "")))


blueprint = bulk_blueprint(
    Bar(
        LEAD,
        LeadAddress,
        tell_own=_tell_stage,
        counted=Plural("%(num)s lead", "%(num)s leads"),
        changed=Plural("%(num)s lead changed.", "%(num)s leads changed."),
        restored=Plural("%(num)s lead restored.", "%(num)s leads restored."),
        none_deleted=lazy_gettext("No leads were deleted"),
        trashed=Plural("%(num)s lead moved to the trash.", "%(num)s leads moved to the trash."),
    )
)
