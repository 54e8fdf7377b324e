"""`crm workspace`: more workspaces on one server."""

import click

from crm.accounts.fields import SetupFields
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.setup import forget_setup_code
from crm.accounts.workspaces import create_workspace, list_workspaces
from crm.appliance.furnishing import furnish_workspace
from crm.commands.appliance import opened_appliance, take_password
from crm.db.actor import SYSTEM
from crm.fields import parse_fields


@click.group()
def workspace() -> None:
    """Workspaces of this server."""


@workspace.command()
@click.argument("name", metavar="W")
@click.option("--email", required=True, metavar="E", help="The owner's e-mail, used to log in.")
@click.option("--name", "owner", required=True, metavar="N", help="The owner's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--country", default="US", show_default=True, help="Default country for phone numbers.")
@click.option("--currency", default="USD", show_default=True, help="Default currency, an ISO 4217 code.")
@click.option("--timezone", default="UTC", show_default=True, help="For example Europe/Berlin.")
@click.option("--language", default="en", show_default=True, help="For example en or pt-BR.")
def create(name: str, owner: str, password_stdin: bool, **given: str) -> None:
    """Create the workspace W and its owner."""
    with opened_appliance() as (settings, db):
        given |= {"workspace": name, "name": owner, "password": take_password(from_stdin=password_stdin)}
        fields = parse_fields(SetupFields, given)
        password = check_password(
            fields.password.get_secret_value(), fields.name, fields.email, fields.workspace
        )
        db.write(create_workspace, SYSTEM, fields, hash_password(password), furnish_workspace)
        forget_setup_code(settings)
    click.echo(f"Workspace {fields.workspace!r} is ready. {fields.email} can log in.")


@workspace.command("list")
def show_list() -> None:
    """List the workspaces: id and name."""
    with opened_appliance() as (_, db):
        for each in db.read(list_workspaces, SYSTEM):
            click.echo(f"{each.id}\t{each.name}")
