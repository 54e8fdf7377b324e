"""`crm token`: API tokens, on the command line."""

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
@click.option("--user", required=True, metavar="E", help="E-mail of the user as whom the program acts.")
@click.option("--name", required=True, metavar="N", help="What the token is for.")
@click.option("--scope", type=click.Choice(SCOPES), default="write", show_default=True)
@click.option(
    "--days", type=int, default=TOKEN_DAYS, show_default=True, metavar="D", help="Days until it expires."
)
@click.option("--workspace", metavar="W", help="Name or id, if the e-mail is in several.")
def create(user: str, name: str, scope: str, days: int, workspace: str | None) -> None:
    """Create an API token and print it. It is shown only this once."""
    fields = parse_fields(TokenFields, {"name": name, "scope": scope, "days": days})
    with opened_appliance() as (_, db):
        found = find_user(db, user, workspace)
        if found.disabled_at is not None:
            raise Conflict(f"{found.email} is disabled.")
        made = db.write(create_token, Actor(found.workspace_id, found.user_id), fields, new_secret())
    click.echo(made.token)
