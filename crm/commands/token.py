"""`crm token`: API tokens, from the console."""

import click

from crm.accounts.credentials import new_secret
from crm.accounts.fields import TOKEN_DAYS, TokenFields
from crm.accounts.permissions import SCOPES
from crm.accounts.tokens import create_token
from crm.commands.appliance import find_user, opened_appliance
from crm.db.actor import Actor
from crm.errors import Conflict
from crm.fields import parse_fields


@click.group()
def token() -> None:
    """API tokens."""


@token.command()
@click.option("--user", required=True, metavar="E", help="The e-mail of the user whom the token stands for.")
@click.option("--name", required=True, metavar="N", help="What the token is for.")
@click.option("--scope", type=click.Choice(SCOPES), default="write", show_default=True)
@click.option(
    "--days", type=int, default=TOKEN_DAYS, show_default=True, metavar="D", help="How long it lasts."
)
@click.option("--workspace", metavar="W", help="Its name or id, when the e-mail is in more than one.")
def create(user: str, name: str, scope: str, days: int, workspace: str | None) -> None:
    """Print a new API token, this once."""
    fields = parse_fields(TokenFields, {"name": name, "scope": scope, "days": days})
    with opened_appliance() as (_, db):
        found = find_user(db, user, workspace)
        if found.disabled_at is not None:
            raise Conflict(f"{found.email} is disabled.")
        made = db.write(create_token, Actor(found.workspace_id, found.user_id), fields, new_secret())
    click.echo(made.token)
