"""The kinds of the accounts room: workspaces, users, credentials, saved views."""

from crm.accounts.rows import ROWS
from crm.accounts.saved_view import VIEW_RECORD, get_view, seen_view
from crm.accounts.saved_views import delete_view, restore_view
from crm.accounts.view_fields import ViewFields
from crm.activity.rows import ROWS as LEDGER
from crm.activity.sight import MANAGED, PERSONAL, Sight
from crm.records.kind import Kind, Lookup, Pointer, Trash, not_undone

IN_THE_SETTINGS = "people and their rights are changed in the settings"
OF_COLLEAGUES = "it is about a user of the workspace"
FOR_GOOD = "what was done once cannot be undone"

WORKSPACE = Kind(
    name="workspace",
    table="workspaces",
    area="workspace",
    permissions={
        "read": "everyone",
        "manage": "admins",
        "switch": "owners",
        "export": "owners",
        "import": "owners",
    },
    rows={"workspaces": ROWS["workspaces"], **LEDGER},
    examples="it is a workspace that gets the examples",
    erasing="what the ledger says about a person is erased with the entries about their records",
    actions=not_undone(FOR_GOOD, "workspace.created")
    | not_undone(IN_THE_SETTINGS, "workspace.changed")
    | not_undone(
        FOR_GOOD,
        "workspace.exported",
        "workspace.import_begun",
        "workspace.imported",
        "workspace.key_replaced",
        "alert.acknowledged",
        "alert.changed",
        "backup.started",
        "backup.verified",
        "backup.downloaded",
        "messages.released",
        sight=MANAGED,
    )
    | not_undone("what is erased is gone, as the person asked", "ledger.erased"),
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
    erasing=OF_COLLEAGUES,
    actions=not_undone(IN_THE_SETTINGS, "user.created", "user.changed", "user.disabled", "user.enabled")
    | not_undone(FOR_GOOD, "user.password_changed", "user.password_reset", sight=PERSONAL),
)

SESSION = Kind(
    name="session",
    table="sessions",
    area="self",
    permissions={"read": "everyone", "write": "everyone"},
    rows={},
    examples="whoever can log in is real",
    erasing=OF_COLLEAGUES,
    actions=not_undone(FOR_GOOD, "session.started", "session.ended"),
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
    erasing=OF_COLLEAGUES,
    actions=not_undone(IN_THE_SETTINGS, "token.created") | not_undone(FOR_GOOD, "token.revoked"),
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
    erasing=OF_COLLEAGUES,
    actions=not_undone(IN_THE_SETTINGS, "invitation.created")
    | not_undone(FOR_GOOD, "invitation.revoked", "invitation.accepted"),
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
    erasing="views with the name, e-mail address or phone number of a person are found by their words",
    actions=not_undone("a view is deleted where it is shown", "saved_view.created", "saved_view.restored")
    | not_undone("a view is saved anew where it is shown", "saved_view.changed")
    | not_undone("a view is restored from the message that confirms it", "saved_view.deleted"),
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
