"""`crm token`: API tokens, on the command line."""

import click

from crm.accounts.credentials import new_secret
from crm.accounts.fields import TOKEN_DAYS, TokenFields
from crm.accounts.permissions import SCOPES
from crm.accounts.tokens import create_token
from crm.accounts.workspaces import list_workspaces
from crm.commands.appliance import find_actor, find_user, opened_appliance
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import Conflict
from crm.fields import parse_fields


@click.group()
def token() -> None:
    """API tokens."""


@token.command()
@click.option("--user", metavar="E", help="E-mail of the user as whom the program acts.")
@click.option("--name", metavar="N", help="What the token is for.")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    default="write",
    show_default=True,
    help="`monitor` sees the figures of the server and no record; without --user it is the first owner's.",
)
@click.option(
    "--days", type=int, default=TOKEN_DAYS, show_default=True, metavar="D", help="Days until it expires."
)
@click.option("--workspace", metavar="W", help="Name or id, if the e-mail is in several.")
def create(user: str | None, name: str | None, scope: str, days: int, workspace: str | None) -> None:
    """Create an API token and print it. It is shown only this once."""
    monitors = scope == "monitor"
    if not monitors and (user is None or name is None):
        raise click.UsageError("A token that reads or writes records needs --user and --name.")
    given = {"name": name or "monitoring", "scope": "read" if monitors else scope, "days": days}
    fields = parse_fields(TokenFields, given)
    with opened_appliance() as (_, db):
        actor = _active(db, user, workspace) if user is not None else _first_owner(db, workspace)
        made = db.write(create_token, actor, fields, new_secret(), monitors=monitors)
    click.echo(made.token)


def _active(db: Database, email: str, workspace: str | None) -> Actor:
    found = find_user(db, email, workspace)
    if found.disabled_at is not None:
        raise Conflict(f"{found.email} is disabled.")
    return Actor(found.workspace_id, found.user_id)


def _first_owner(db: Database, workspace: str | None) -> Actor:
    """Of the oldest workspace, where none is named: the token sees them all."""
    oldest = min((each.id for each in db.read(list_workspaces, SYSTEM)), default=None)
    return find_actor(db, workspace or (None if oldest is None else str(oldest)), None)
