"""Bulk actions on campaigns."""

from flask_babel import lazy_gettext

from crm.campaigns.kind import CAMPAIGN
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.campaign_address import CampaignAddress
from crm.web.words.campaigns import state_text
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        CAMPAIGN,
        CampaignAddress,
        tell_own=lambda _tx, change: state_text(change.value),
        counted=Plural("%(num)s campaign", "%(num)s campaigns"),
        changed=Plural("%(num)s campaign changed.", "%(num)s campaigns changed."),
        restored=Plural("%(num)s campaign restored.", "%(num)s campaigns restored."),
        none_deleted=lazy_gettext("No campaigns were deleted"),
        trashed=Plural("%(num)s campaign moved to the trash.", "%(num)s campaigns moved to the trash."),
    )
)
