"""The words of clients and tags."""

from flask_babel import lazy_gettext as _

from crm.clients.consent_fields import FACTS
from crm.clients.filters import SORTS
from crm.clients.kind import CLIENT as CLIENT_KIND
from crm.records.tag_kind import TAG as TAG_KIND
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
from crm.web.lists.client_address import ClientAddress
from crm.web.words.consents import STATES, TOPIC_TEXTS
from crm.web.words.contact_points import addresses_text, birthday_text, points_text
from crm.web.words.countries import country_name
from crm.web.words.formats import Plural
from crm.web.words.languages import language_name
from crm.web.words.phones import phone
from crm.web.words.presentation import email_text

CLIENT = KindWords(
    kind=CLIENT_KIND,
    one=_("Client"),
    many=_("Clients"),
    this=_("this client"),
    some=_("a client"),
    icon="users",
    record="client_record.show",
    place=Destination(
        "clients.list_all", "users", _("Clients"), "clients.read", "g c", ("clients.", "client_")
    ),
    create=Destination("client_form.show_new", "user-plus", _("New client"), "clients.write", "c"),
    list=ListWords(
        "clients.list_all", ClientAddress, SORTS, found="clients/found.html", figures=(Figure(_("Clients")),)
    ),
    entries=True,
    on_home=True,
    labels={
        "name": _("Name"),
        "kind": _("Kind"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "emails": _("E-mail addresses"),
        "phones": _("Phone numbers"),
        "addresses": _("Addresses"),
        "job_title": _("Job title"),
        "birthday": _("Birthday"),
        "company_id": _("Company"),
        "companies": _("Companies"),
        "company_role": _("Role at the company"),
        "website": _("Website"),
        "address": _("Address"),
        "city": _("City"),
        "country": _("Country"),
        "status": _("Status"),
        "source": _("Source"),
        "owner_id": _("Owner"),
        "tags": _("Tags"),
        "notes": _("Notes"),
        "language": _("Language"),
        "currency": _("Currency"),
        "custom": _("Custom fields"),
        "picture_id": _("Picture"),
        "merged_id": _("Merged client"),
        "merged_into_id": _("Merged into"),
        "not_same_id": _("Not the same as"),
        "reason": _("Reason"),
        "rule": _("Rule"),
        "entries": _("Entries of the history"),
        **{fact: TOPIC_TEXTS[topic] for fact, topic in FACTS.items()},
        "channel": _("Channel"),
        "purpose": _("Purpose"),
    },
    values={
        "active": _("Active"),
        "inactive": _("Inactive"),
        "prospect": _("Prospect"),
        "person": _("Person"),
        "company": _("Company"),
        **STATES,
        **TOPIC_TEXTS,
    },
    shown={
        "name": as_it_is,
        "email": email_text,
        "phone": phone,
        "emails": lambda points: points_text(points, "email"),
        "phones": lambda points: points_text(points, "phone"),
        "addresses": addresses_text,
        "job_title": as_it_is,
        "birthday": birthday_text,
        "language": language_name,
        "currency": as_it_is,
        "country": country_name,
        "notes": as_it_is,
        "source": as_it_is,
        "city": as_it_is,
    },
    counted={
        "client.created": Plural("%(who)s added %(num)s client", "%(who)s added %(num)s clients"),
        "client.changed": Plural("%(who)s changed %(num)s client", "%(who)s changed %(num)s clients"),
        "client.deleted": Plural("%(who)s deleted %(num)s client", "%(who)s deleted %(num)s clients"),
        "client.restored": Plural("%(who)s restored %(num)s client", "%(who)s restored %(num)s clients"),
    },
    counted_changes={
        "client.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s client",
            "%(who)s changed the %(field)s of %(num)s clients",
        ),
    },
    sayings=usual_sayings("client", "user-plus")
    | exported_saying("client", _("%(who)s exported clients"))
    | {
        "client.picture_changed": Saying(
            "image", "accent", _("%(who)s changed the picture of %(what)s"), details=False
        ),
        "client.consent_changed": Saying(
            "shield-check", "accent", _("%(who)s changed what %(what)s agreed to")
        ),
        "client.merged": Saying(
            "arrow-right-left", "accent", _("%(who)s merged %(what)s with another client")
        ),
        "client.told_apart": Saying(
            "x", "accent", _("%(who)s marked %(what)s as different from another client")
        ),
        "client.erased": Saying("trash-2", "warn", _("%(who)s erased a person for good")),
        "client.unmerged": Saying(
            "undo-2", "accent", _("%(who)s separated %(what)s from another client again")
        ),
    },
)

TAG = KindWords(
    kind=TAG_KIND,
    one=_("Tag"),
    many=_("Tags"),
    icon="tag",
)
