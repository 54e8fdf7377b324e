"""`crm setup`: the first workspace and its owner, on the command line."""

import click

from crm.accounts.fields import SetupFields
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.setup import forget_setup_code, setup_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.commands.appliance import opened_appliance, take_password
from crm.db.actor import SYSTEM
from crm.fields import parse_fields


@click.command()
@click.option("--workspace", required=True, metavar="W", help="The workspace's name.")
@click.option("--email", required=True, metavar="E", help="The owner's e-mail, used to log in.")
@click.option("--name", required=True, metavar="N", help="The owner's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--country", default="US", show_default=True, help="Default country for phone numbers.")
@click.option("--currency", default="USD", show_default=True, help="Default currency, an ISO 4217 code.")
@click.option("--timezone", default="UTC", show_default=True, help="For example Europe/Berlin.")
@click.option("--language", default="en", show_default=True, help="For example en or pt-BR.")
@click.option("--public-url", metavar="URL", help="The address that people type; links start with it.")
def setup(password_stdin: bool, **given: str | None) -> None:
    """Set up Holdfast: create the first workspace and its owner."""
    with opened_appliance() as (settings, db):
        fields = parse_fields(SetupFields, {**given, "password": take_password(from_stdin=password_stdin)})
        password = check_password(
            fields.password.get_secret_value(), fields.name, fields.email, fields.workspace
        )
        db.write(setup_workspace, SYSTEM, fields, hash_password(password), furnish_workspace)
        forget_setup_code(settings)
    click.echo(f"Workspace {fields.workspace!r} is ready. {fields.email} can log in.")
