"""The words of web forms."""

from flask_babel import lazy_gettext as _

from crm.web.kinds.kind_words import KindWords, Saying, as_it_is
from crm.web.words.consents import purposes_text
from crm.web_forms.kind import WEB_FORM as WEB_FORM_KIND

WEB_FORM = KindWords(
    kind=WEB_FORM_KIND,
    one=_("Web form"),
    many=_("Web forms"),
    icon="globe",
    entries=True,
    labels={
        "heading": _("Heading"),
        "intro": _("Text above the form"),
        "asked": _("Questions"),
        "button": _("Words on the button"),
        "consent_text": _("Consent"),
        "consent_purposes": _("What the consent is for"),
        "thanks_text": _("Thank-you text"),
        "thanks_url": _("Thank-you page"),
        "owner_ids": _("Owners by turns"),
        "sites": _("Sites"),
        "double_opt_in": _("Ask by e-mail first"),
        "submission": _("Submission"),
        "submission_state": _("State before"),
    },
    shown={"thanks_url": as_it_is, "consent_purposes": purposes_text},
    sayings={
        "web_form.created": Saying("globe", "good", _("%(who)s added the form %(what)s"), details=False),
        "web_form.changed": Saying("pencil", "accent", _("%(who)s changed the form %(what)s")),
        "web_form.deleted": Saying("trash-2", "bad", _("%(who)s deleted the form %(what)s"), details=False),
        "web_form.restored": Saying(
            "archive-restore", "good", _("%(who)s restored the form %(what)s"), details=False
        ),
        "web_form.submission_accepted": Saying(
            "check", "good", _("%(who)s accepted a submission of the form %(what)s")
        ),
        "web_form.submission_discarded": Saying(
            "ban", "quiet", _("%(who)s discarded a submission of the form %(what)s")
        ),
        "web_form.submission_confirmed": Saying(
            "mail", "good", _("A submission of the form %(what)s was confirmed by e-mail")
        ),
        "web_form.mail_failed": Saying(
            "mail", "bad", _("An e-mail that asks to confirm a submission of %(what)s was not sent")
        ),
    },
)
