"""Workspaces: each with its settings and its owner."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from crm.accounts.fields import SetupFields, WorkspaceChanges
from crm.accounts.identity import MODULES
from crm.accounts.users import check_rank, insert_user
from crm.activity import activity
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Sentence
from crm.fields import name_key
from crm.money import check_current
from crm.records.skeleton import Skeleton, existing, refuse_stale

WORKSPACE_RECORD = Skeleton("workspace", "workspaces", Sentence("workspace"))
SETTINGS = {"country", "currency", "timezone", "language", "locale", "public_url"}
RIGHTS_OF_MEMBERS = ("members_import", "members_export", "members_merge")
SWITCHES = tuple(f"module_{name}" for name in MODULES)
FLAGS = (*RIGHTS_OF_MEMBERS, *SWITCHES)
OF_OWNERS = frozenset({"public_url", *SWITCHES})
Furnish = Callable[[Transaction], object]
"""What the rooms above put into a new workspace, on its owner's behalf."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """`country` is the one of telephone numbers without a prefix; `currency` is an ISO 4217 code.
    `locale` is None where nobody chose one.

    `public_url` is where an owner says that others reach the server; PUBLIC_URL goes before it.
    """

    id: int
    name: str
    country: str
    currency: str
    timezone: str
    language: str
    locale: str | None
    public_url: str | None
    members_import: bool
    members_export: bool
    members_merge: bool
    module_desk: bool
    module_quotes: bool
    module_conversations: bool
    module_campaigns: bool
    version: int
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Founded:
    workspace_id: int
    owner_id: int


def create_workspace(tx: Transaction, fields: SetupFields, password_hash: str, furnish: Furnish) -> Founded:
    """A workspace with its owner, furnished. `tx` is of SYSTEM: no user is above workspaces."""
    if any(name_key(found.name) == name_key(fields.workspace) for found in list_workspaces(tx)):
        raise Conflict(
            Sentence("A workspace named {name!r} already exists.", name=fields.workspace),
            {"errors": [{"field": "workspace", "message": Sentence("exists")}]},
        )
    workspace_id = tx.insert(
        """
        INSERT INTO workspaces (name, country, currency, timezone, language, locale, public_url,
                                created_at, updated_at)
        VALUES (:name, :country, :currency, :timezone, :language, :locale, :public_url,
                :now, :now)
        RETURNING id
        """,
        name=fields.workspace,
        country=fields.country,
        currency=fields.currency,
        timezone=fields.timezone,
        language=fields.language,
        locale=fields.locale,
        public_url=fields.public_url,
    )
    inside = tx.acting_as(Actor(workspace_id, None, tx.actor.request_id))
    settings = fields.model_dump(include=SETTINGS)
    activity.record(
        inside, "workspace.created", "workspace", workspace_id, after={"name": fields.workspace, **settings}
    )
    owner_id = insert_user(
        inside, email=fields.email, name=fields.name, role="owner", password_hash=password_hash
    )
    furnish(tx.acting_as(Actor(workspace_id, owner_id, tx.actor.request_id)))
    return Founded(workspace_id, owner_id)


def list_workspaces(tx: Transaction) -> list[Workspace]:
    """All of the server. `tx` is of SYSTEM."""
    return [
        _workspace_of(row)
        for row in tx.all(
            """
            SELECT id, name, country, currency, timezone, language, locale, public_url,
                   members_import, members_export, members_merge, module_desk, module_quotes,
                   module_conversations, module_campaigns, version, created_at, updated_at
              FROM workspaces
             ORDER BY id
            """
        )
    ]


def count_workspaces(tx: Transaction) -> int:
    """Of the server. `tx` is of SYSTEM."""
    return int(tx.value("SELECT COUNT(*) FROM workspaces"))


def first_public_url(tx: Transaction) -> str | None:
    """The address confirmed by the owner who set up the server. `tx` is of SYSTEM."""
    found: str | None = tx.value("SELECT public_url FROM workspaces ORDER BY id LIMIT 1")
    return found


def get_workspace(tx: Transaction) -> Workspace:
    """The workspace of the actor."""
    row = tx.one(
        """
        SELECT id, name, country, currency, timezone, language, locale, public_url,
               members_import, members_export, members_merge, module_desk, module_quotes,
               module_conversations, module_campaigns, version, created_at, updated_at
          FROM workspaces
         WHERE id = :workspace_id
        """
    )
    return _workspace_of(existing(WORKSPACE_RECORD, row))


def _workspace_of(row: Row) -> Workspace:
    return Workspace(**row | {name: bool(row[name]) for name in FLAGS})


def change_workspace(
    tx: Transaction, changes: WorkspaceChanges, expected_version: int | None = None
) -> Workspace:
    """Raises Stale if it has changed since `expected_version`, Forbidden for what only an owner may
    confirm or switch.
    """
    workspace = get_workspace(tx)
    refuse_stale(WORKSPACE_RECORD, workspace, expected_version)
    before, after = activity.changes(asdict(workspace), changes.model_dump(exclude_unset=True))
    if not after:
        return workspace
    if "currency" in after:
        check_current(str(after["currency"]))
    if OF_OWNERS & after.keys():
        check_rank(tx, "owner")
    new = asdict(workspace) | after
    tx.run(
        """
        UPDATE workspaces
           SET name = :name, country = :country, currency = :currency, timezone = :timezone,
               language = :language, locale = :locale, public_url = :public_url,
               members_import = :members_import, members_export = :members_export,
               members_merge = :members_merge, module_desk = :module_desk,
               module_quotes = :module_quotes, module_conversations = :module_conversations,
               module_campaigns = :module_campaigns,
               version = version + 1, updated_at = :now
         WHERE id = :workspace_id
        """,
        name=new["name"],
        country=new["country"],
        currency=new["currency"],
        timezone=new["timezone"],
        language=new["language"],
        locale=new["locale"],
        public_url=new["public_url"],
        **{name: int(new[name]) for name in FLAGS},
    )
    activity.record(tx, "workspace.changed", "workspace", workspace.id, before=before, after=after)
    return get_workspace(tx)
