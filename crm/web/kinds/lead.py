"""The words of leads."""

from flask_babel import lazy_gettext as _

from crm.leads.filters import SORTS
from crm.leads.kind import LEAD as LEAD_KIND
from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import (
    Figure,
    KindWords,
    ListWords,
    Saying,
    as_it_is,
    exported_saying,
    usual_sayings,
)
from crm.web.lists.lead_address import LeadAddress
from crm.web.words.formats import Plural, number
from crm.web.words.leads import type_word
from crm.web.words.times import day_text, moment_text

LEAD = KindWords(
    kind=LEAD_KIND,
    one=_("Lead"),
    many=_("Leads"),
    this=_("this lead"),
    some=_("a lead"),
    icon="target",
    record="lead_record.show",
    place=Destination("leads.list_all", "target", _("Leads"), "leads.read", "g l", ("leads.", "lead_")),
    create=Destination("lead_form.show_new", "target", _("New lead"), "leads.write", "l"),
    list=ListWords(
        "leads.list_all",
        LeadAddress,
        SORTS,
        found="leads/found.html",
        figures=(Figure(_("Open leads"), {"status": "open"}),),
    ),
    entries=True,
    on_home=True,
    labels={
        "title": _("Title"),
        "value": _("Value"),
        "currency": _("Currency"),
        "client_id": _("Client"),
        "conversation_id": _("Conversation"),
        "pipeline_id": _("Pipeline"),
        "stage_id": _("Stage"),
        "expected_close": _("Expected close"),
        "details": _("Details"),
        "type": _("Type"),
        "lost_reason": _("Lost reason"),
        "custom": _("Custom fields"),
        "closed_at": _("Closed"),
    },
    values={
        "new": _("New"),
        "in_progress": _("In progress"),
        "waiting": _("Waiting"),
        "open": _("Open"),
        "won": _("Won"),
        "lost": _("Lost"),
    },
    shown={
        "title": as_it_is,
        "details": as_it_is,
        "lost_reason": as_it_is,
        "type": lambda value: str(type_word(value)),
        "value": lambda value: value if isinstance(value, str) else number(value),
        "expected_close": day_text,
        "closed_at": moment_text,
    },
    counted={
        "lead.created": Plural("%(who)s added %(num)s lead", "%(who)s added %(num)s leads"),
        "lead.changed": Plural("%(who)s changed %(num)s lead", "%(who)s changed %(num)s leads"),
        "lead.moved": Plural("%(who)s moved %(num)s lead", "%(who)s moved %(num)s leads"),
        "lead.deleted": Plural("%(who)s deleted %(num)s lead", "%(who)s deleted %(num)s leads"),
        "lead.restored": Plural("%(who)s restored %(num)s lead", "%(who)s restored %(num)s leads"),
    },
    counted_changes={
        "lead.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s lead", "%(who)s changed the %(field)s of %(num)s leads"
        ),
    },
    sayings=usual_sayings("lead", "target")
    | exported_saying("lead", _("%(who)s exported leads"))
    | {
        "lead.moved": Saying(
            "arrow-right-left",
            "accent",
            _("%(who)s moved %(what)s to %(stage)s"),
            untold=("pipeline_id", "stage_id", "status", "closed_at"),
        ),
        "lead.attributed": Saying("target", "accent", _("%(who)s attributed %(what)s to a campaign")),
        "lead.erased": Saying("trash-2", "warn", _("A lead was erased by a rule")),
        "lead.reordered": Saying(
            "arrow-up-down", "quiet", _("%(who)s reordered %(what)s within its stage"), details=False
        ),
    },
)
