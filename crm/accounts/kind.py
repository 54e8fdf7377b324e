"""The kinds of the accounts room: workspaces, users, credentials, saved views."""

from crm.accounts.rows import ROWS
from crm.accounts.saved_view import VIEW_RECORD, get_view, seen_view
from crm.accounts.saved_views import delete_view, restore_view
from crm.accounts.view_fields import ViewFields
from crm.activity.rows import ROWS as LEDGER
from crm.activity.sight import MANAGED, PERSONAL, Sight
from crm.records.kind import Action, Kind, Lookup, Pointer, Trash

IN_THE_SETTINGS = "people and their rights are changed in the settings"
FOR_GOOD = "what was done once cannot be undone"

WORKSPACE = Kind(
    name="workspace",
    table="workspaces",
    area="workspace",
    permissions={"read": "everyone", "manage": "admins", "export": "owners", "import": "owners"},
    rows={"workspaces": ROWS["workspaces"], **LEDGER},
    examples="it is a workspace that gets the examples",
    actions={
        "workspace.created": Action(why_not=FOR_GOOD),
        "workspace.changed": Action(why_not=IN_THE_SETTINGS),
        "workspace.exported": Action(why_not=FOR_GOOD, sight=MANAGED),
        "workspace.import_begun": Action(why_not=FOR_GOOD, sight=MANAGED),
        "workspace.imported": Action(why_not=FOR_GOOD, sight=MANAGED),
        "workspace.key_replaced": Action(why_not=FOR_GOOD, sight=MANAGED),
        "backup.started": Action(why_not=FOR_GOOD, sight=MANAGED),
        "backup.verified": Action(why_not=FOR_GOOD, sight=MANAGED),
        "backup.downloaded": Action(why_not=FOR_GOOD, sight=MANAGED),
        "messages.released": Action(why_not=FOR_GOOD, sight=MANAGED),
        "ledger.erased": Action(why_not="what is erased is gone, as the person asked"),
    },
    pointers=(
        Pointer("actor_id", "users", of="activities"),
        Pointer("activity_id", "activities", of="activity_contents"),
        Pointer("activity_id", "activities", of="operation_entries"),
        Pointer("operation_id", "operations", of="operation_entries"),
        Pointer("actor_id", "users", of="operations"),
        Pointer("undoes_id", "operations", of="operations"),
    ),
)

USER = Kind(
    name="user",
    table="users",
    known_by="name",
    area="users",
    permissions={"read": "everyone", "manage": "admins"},
    rows={"users": ROWS["users"]},
    examples="whoever can log in is real",
    actions={
        "user.created": Action(why_not=IN_THE_SETTINGS),
        "user.changed": Action(why_not=IN_THE_SETTINGS),
        "user.disabled": Action(why_not=IN_THE_SETTINGS),
        "user.enabled": Action(why_not=IN_THE_SETTINGS),
        "user.password_changed": Action(why_not=FOR_GOOD, sight=PERSONAL),
        "user.password_reset": Action(why_not=FOR_GOOD, sight=PERSONAL),
    },
)

SESSION = Kind(
    name="session",
    table="sessions",
    area="self",
    permissions={"read": "everyone", "write": "everyone"},
    rows={},
    examples="whoever can log in is real",
    actions={"session.started": Action(why_not=FOR_GOOD), "session.ended": Action(why_not=FOR_GOOD)},
    sight=PERSONAL,
)

TOKEN = Kind(
    name="token",
    table="tokens",
    known_by="name",
    area="self",
    permissions=SESSION.permissions,
    rows={"tokens": ROWS["tokens"]},
    pointers=(Pointer("user_id", "users"), Pointer("maker_id", "tokens")),
    examples="whoever can log in is real",
    actions={"token.created": Action(why_not=IN_THE_SETTINGS), "token.revoked": Action(why_not=FOR_GOOD)},
    sight=PERSONAL,
)

INVITATION = Kind(
    name="invitation",
    table="invitations",
    known_by="email",
    area="users",
    permissions=USER.permissions,
    rows={"invitations": ROWS["invitations"]},
    pointers=(Pointer("created_by", "users"),),
    examples="whoever is invited is real",
    actions={
        "invitation.created": Action(why_not=IN_THE_SETTINGS),
        "invitation.revoked": Action(why_not=FOR_GOOD),
        "invitation.accepted": Action(why_not=FOR_GOOD),
    },
    sight=MANAGED,
)

SAVED_VIEW = Kind(
    name="saved_view",
    table="saved_views",
    known_by="name",
    area="views",
    permissions={"read": "everyone", "write": "everyone", "share": "admins"},
    rows={table: ROWS[table] for table in ("saved_views", "default_views")},
    examples="people keep views of their own",
    actions={
        "saved_view.created": Action(why_not="a view is deleted where it is shown"),
        "saved_view.changed": Action(why_not="a view is saved anew where it is shown"),
        "saved_view.deleted": Action(why_not="a view is restored from the message that confirms it"),
        "saved_view.restored": Action(why_not="a view is deleted where it is shown"),
    },
    pointers=(
        Pointer("user_id", "users"),
        Pointer("user_id", "users", of="default_views"),
        Pointer("view_id", "saved_views", of="default_views"),
    ),
    sight=Sight("viewers", "viewers", {"is_default": "doer"}),
    seen=seen_view,
    fields=ViewFields,
    lookup=Lookup(VIEW_RECORD, get_view),
    of_lists=("saved_views", "default_views"),
    trash=Trash(delete_view, restore_view),
)
