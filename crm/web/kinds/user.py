"""The words of users, credentials and saved views."""

from flask_babel import lazy_gettext as _

from crm.accounts.kind import INVITATION as INVITATION_KIND
from crm.accounts.kind import SAVED_VIEW as SAVED_VIEW_KIND
from crm.accounts.kind import SESSION as SESSION_KIND
from crm.accounts.kind import TOKEN as TOKEN_KIND
from crm.accounts.kind import USER as USER_KIND
from crm.web.kinds.kind_words import KindWords, Saying

USER = KindWords(
    kind=USER_KIND,
    one=_("User"),
    many=_("Users"),
    icon="user",
    entries=True,
    labels={
        "role": _("Role"),
        "disabled": _("Deactivated"),
    },
    values={
        "owner": _("Owner"),
        "admin": _("Admin"),
        "member": _("Member"),
        "viewer": _("Viewer"),
    },
    sayings={
        "user.created": Saying("user-plus", "good", _("%(who)s added the user %(what)s")),
        "user.changed": Saying("user", "accent", _("%(who)s changed the user %(what)s")),
        "user.disabled": Saying("ban", "warn", _("%(who)s deactivated %(what)s")),
        "user.enabled": Saying("user", "good", _("%(who)s reactivated %(what)s")),
        "user.password_changed": Saying("lock", "quiet", _("%(who)s changed their password")),
        "user.password_reset": Saying("lock", "warn", _("The password of %(what)s was reset")),
    },
)

SESSION = KindWords(
    kind=SESSION_KIND,
    one=_("Session"),
    many=_("Sessions"),
    icon="key-round",
    sayings={
        "session.started": Saying("key-round", "quiet", _("%(who)s logged in"), details=False),
        "session.ended": Saying("log-out", "quiet", _("%(who)s ended a session")),
    },
)

TOKEN = KindWords(
    kind=TOKEN_KIND,
    one=_("API token"),
    many=_("API tokens"),
    icon="key-round",
    labels={"scope": _("Scope")},
    values={"read": _("Read"), "write": _("Read and write")},
    sayings={
        "token.created": Saying("key-round", "news", _("%(who)s created an API token")),
        "token.revoked": Saying("key-round", "warn", _("%(who)s revoked an API token")),
    },
)

INVITATION = KindWords(
    kind=INVITATION_KIND,
    one=_("Invitation"),
    many=_("Invitations"),
    icon="mail",
    sayings={
        "invitation.created": Saying("mail", "news", _("%(who)s invited somebody")),
        "invitation.revoked": Saying("mail", "warn", _("%(who)s revoked an invitation")),
        "invitation.accepted": Saying("user-plus", "good", _("%(who)s accepted an invitation")),
    },
)

SAVED_VIEW = KindWords(
    kind=SAVED_VIEW_KIND,
    one=_("View"),
    many=_("Views"),
    icon="list-filter",
    labels={"list": _("List"), "query": _("Filters"), "shared": _("Shared")},
    sayings={
        "saved_view.created": Saying(
            "list-filter", "news", _("%(who)s saved the view %(what)s"), details=False
        ),
        "saved_view.changed": Saying("list-filter", "quiet", _("%(who)s changed the view %(what)s")),
        "saved_view.deleted": Saying("list-filter", "bad", _("%(who)s deleted the view %(what)s")),
        "saved_view.restored": Saying("list-filter", "good", _("%(who)s restored the view %(what)s")),
    },
)
