"""The words of quotes."""

from flask_babel import lazy_gettext as _

from crm.documents.filters import SORTS
from crm.documents.kind import QUOTE as QUOTE_KIND
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
from crm.web.lists.quote_address import QuoteAddress
from crm.web.words.formats import Plural, number
from crm.web.words.quotes import STATES, lines_text
from crm.web.words.times import day_text, moment_text

QUOTE = KindWords(
    kind=QUOTE_KIND,
    one=_("Quote"),
    many=_("Quotes"),
    this=_("this quote"),
    some=_("a quote"),
    icon="file-text",
    record="quote_record.show",
    place=Destination(
        "quotes.list_all", "file-text", _("Quotes"), "quotes.read", "g q", ("quotes.", "quote_")
    ),
    create=Destination("quote_form.show_new", "file-text", _("New quote"), "quotes.write", "q"),
    list=ListWords(
        "quotes.list_all", QuoteAddress, SORTS, figures=(Figure(_("Quotes sent"), {"state": "sent"}),)
    ),
    entries=True,
    on_home=True,
    labels={
        "custom": _("Custom fields"),
        "quote_number": _("Number"),
        "lead_id": _("Lead"),
        "state": _("State"),
        "language": _("Language"),
        "valid_until": _("Valid until"),
        "prices_include_tax": _("Prices include tax"),
        "header": _("Text above the lines"),
        "footer": _("Text below the lines"),
        "discount": _("Discount in percent"),
        "discount_amount": _("Discount as an amount"),
        "lines": _("Lines"),
        "quantity": _("Quantity"),
        "unit": _("Unit"),
        "unit_price": _("Unit price"),
        "tax_rate": _("Tax rate"),
        "total": _("Total"),
        "copied_from": _("Copied from"),
        "revision": _("Version"),
        "expires_at": _("Expires"),
        "answered_by": _("Answered by"),
        "answer": _("Comment"),
        "recipient": _("Recipient"),
        "invoice_name": _("Invoice"),
        "template_id": _("Template"),
    },
    values=dict(STATES),
    shown={
        "quote_number": as_it_is,
        "copied_from": as_it_is,
        "answered_by": as_it_is,
        "answer": as_it_is,
        "recipient": as_it_is,
        "invoice_name": as_it_is,
        "reason": as_it_is,
        "expires_at": moment_text,
        "header": as_it_is,
        "footer": as_it_is,
        "valid_until": day_text,
        "discount": lambda value: value if isinstance(value, str) else number(value),
        "discount_amount": lambda value: value if isinstance(value, str) else number(value),
        "lines": lines_text,
        "total": number,
    },
    counted={
        "quote.created": Plural("%(who)s added %(num)s quote", "%(who)s added %(num)s quotes"),
        "quote.changed": Plural("%(who)s changed %(num)s quote", "%(who)s changed %(num)s quotes"),
        "quote.deleted": Plural("%(who)s deleted %(num)s quote", "%(who)s deleted %(num)s quotes"),
        "quote.restored": Plural("%(who)s restored %(num)s quote", "%(who)s restored %(num)s quotes"),
    },
    counted_changes={
        "quote.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s quote",
            "%(who)s changed the %(field)s of %(num)s quotes",
        ),
    },
    sayings=usual_sayings("quote", "file-text")
    | exported_saying("quote", _("%(who)s exported quotes"))
    | {
        "quote.sent": Saying("send", "accent", _("%(who)s made a link to %(what)s")),
        "quote.mailed": Saying("mail", "accent", _("%(who)s sent %(what)s by e-mail")),
        "quote.messaged": Saying("message-circle", "accent", _("%(who)s sent %(what)s by WhatsApp")),
        "quote.mail_failed": Saying("triangle-alert", "bad", _("An e-mail with %(what)s was not sent")),
        "quote.link_revoked": Saying("ban", "bad", _("%(who)s revoked a link to %(what)s")),
        "quote.accepted": Saying("circle-check", "good", _("The customer accepted %(what)s")),
        "quote.declined": Saying("circle-x", "bad", _("The customer declined %(what)s")),
    },
)
