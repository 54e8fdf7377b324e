"""The list of the words of all kinds, written out: importing a module adds nothing to it."""

from crm.web.kinds.ad_connection import AD_CONNECTION
from crm.web.kinds.campaign import CAMPAIGN, COLLECTION
from crm.web.kinds.campaign_source import CAMPAIGN_SOURCE
from crm.web.kinds.channel import CHANNEL, EVENT, QUICK_REPLY, TEMPLATE
from crm.web.kinds.client import CLIENT, TAG
from crm.web.kinds.company_profile import COMPANY_PROFILE
from crm.web.kinds.conversation import CONVERSATION, MESSAGE
from crm.web.kinds.custom_field import CUSTOM_FIELD
from crm.web.kinds.deal import DEAL, SCENARIO
from crm.web.kinds.file import FILE
from crm.web.kinds.imports import IMPORT
from crm.web.kinds.invoice import INVOICE
from crm.web.kinds.kind_words import Words
from crm.web.kinds.lead import LEAD
from crm.web.kinds.note import CALL, NOTE
from crm.web.kinds.numbers import NUMBER, NUMBER_SERIES
from crm.web.kinds.pipeline import LEAD_TYPE, PIPELINE, STAGE
from crm.web.kinds.product import PRODUCT
from crm.web.kinds.quote import QUOTE
from crm.web.kinds.quote_template import QUOTE_TEMPLATE
from crm.web.kinds.task import TASK
from crm.web.kinds.touch import TOUCH
from crm.web.kinds.user import INVITATION, SAVED_VIEW, SESSION, TOKEN, USER
from crm.web.kinds.vehicle import VEHICLE
from crm.web.kinds.web_form import WEB_FORM
from crm.web.kinds.webhook import WEBHOOK
from crm.web.kinds.workspace import WORKSPACE

WORDS = Words(
    (
        CLIENT,
        LEAD,
        QUOTE,
        QUOTE_TEMPLATE,
        INVOICE,
        PRODUCT,
        VEHICLE,
        DEAL,
        SCENARIO,
        CAMPAIGN,
        COLLECTION,
        NOTE,
        CALL,
        TASK,
        MESSAGE,
        FILE,
        CONVERSATION,
        TAG,
        CUSTOM_FIELD,
        PIPELINE,
        STAGE,
        LEAD_TYPE,
        CHANNEL,
        EVENT,
        TEMPLATE,
        QUICK_REPLY,
        USER,
        SESSION,
        TOKEN,
        INVITATION,
        SAVED_VIEW,
        IMPORT,
        NUMBER_SERIES,
        NUMBER,
        COMPANY_PROFILE,
        WEBHOOK,
        WEB_FORM,
        TOUCH,
        CAMPAIGN_SOURCE,
        AD_CONNECTION,
        WORKSPACE,
    )
)
