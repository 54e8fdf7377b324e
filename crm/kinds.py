"""The list of all kinds of record, written out: importing a module adds nothing to it."""

from crm.accounts.kind import INVITATION, SAVED_VIEW, SESSION, TOKEN, USER, WORKSPACE
from crm.attribution.kind import TOUCH
from crm.campaigns.connections.kind import AD_CONNECTION
from crm.campaigns.kind import CAMPAIGN, COLLECTION
from crm.campaigns.sources.kind import CAMPAIGN_SOURCE
from crm.catalogue.kind import PRODUCT, VEHICLE
from crm.clients.kind import CLIENT
from crm.config import Settings
from crm.conversations.kind import CHANNEL, CONVERSATION, EVENT, MESSAGE, QUICK_REPLY, TEMPLATE
from crm.custom_fields.kind import CUSTOM_FIELD
from crm.db.database import Database
from crm.deals.kind import DEAL, SCENARIO
from crm.documents.company_kind import COMPANY_PROFILE
from crm.documents.invoice_kind import INVOICE
from crm.documents.kind import QUOTE
from crm.documents.quote_template_kind import QUOTE_TEMPLATE
from crm.files.kind import FILE
from crm.imports.kind import IMPORT
from crm.leads.kind import LEAD, LEAD_TYPE, PIPELINE, STAGE
from crm.numbers.kind import NUMBER, NUMBER_SERIES
from crm.records.kinds import Kinds
from crm.records.tag_kind import TAG
from crm.web_forms.kind import WEB_FORM
from crm.webhooks.kind import WEBHOOK
from crm.work.kind import CALL, NOTE, TASK

KINDS = Kinds(
    (
        WORKSPACE,
        USER,
        SESSION,
        TOKEN,
        INVITATION,
        SAVED_VIEW,
        TAG,
        CUSTOM_FIELD,
        CLIENT,
        FILE,
        PIPELINE,
        STAGE,
        LEAD_TYPE,
        LEAD,
        QUOTE,
        QUOTE_TEMPLATE,
        PRODUCT,
        VEHICLE,
        DEAL,
        SCENARIO,
        INVOICE,
        NOTE,
        CALL,
        TASK,
        CHANNEL,
        EVENT,
        CONVERSATION,
        MESSAGE,
        TEMPLATE,
        QUICK_REPLY,
        IMPORT,
        NUMBER_SERIES,
        NUMBER,
        COMPANY_PROFILE,
        WEBHOOK,
        CAMPAIGN_SOURCE,
        CAMPAIGN,
        COLLECTION,
        WEB_FORM,
        TOUCH,
        AD_CONNECTION,
    )
)


def open_database(settings: Settings, kinds: Kinds = KINDS) -> Database:
    """The live file, for whatever works on records."""
    return Database.open(settings, kinds)
