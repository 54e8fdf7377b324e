"""`crm user`: users, on the command line."""

import click

from crm.accounts.fields import UserFields
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.permissions import ROLES
from crm.accounts.profile import reset_password
from crm.accounts.users import create_user
from crm.commands.appliance import find_user, find_workspace, opened_appliance, take_password
from crm.db.actor import Actor
from crm.fields import parse_fields


@click.group()
def user() -> None:
    """Users of this server."""


@user.command()
@click.option("--email", required=True, metavar="E", help="E-mail, used to log in.")
@click.option("--name", required=True, metavar="N", help="The user's name.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the user may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--workspace", metavar="W", help="Name or id, if there are several.")
def create(email: str, name: str, role: str, workspace: str | None, password_stdin: bool) -> None:
    """Create a user."""
    with opened_appliance() as (_, db):
        place = find_workspace(db, workspace)
        given = {
            "email": email,
            "name": name,
            "role": role,
            "password": take_password(from_stdin=password_stdin),
        }
        fields = parse_fields(UserFields, given)
        password = check_password(fields.password.get_secret_value(), fields.name, fields.email, place.name)
        db.write(create_user, Actor(place.id, None), fields, hash_password(password))
    click.echo(f"{fields.email} can log in to {place.name!r} as {fields.role}.")


@user.command()
@click.option("--email", required=True, metavar="E", help="The user's e-mail.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--keep-tokens", is_flag=True, help="Keep the user's API tokens.")
@click.option("--workspace", metavar="W", help="Name or id, if the e-mail is in several.")
def password(email: str, password_stdin: bool, keep_tokens: bool, workspace: str | None) -> None:
    """Set a new password for a user. Ends the user's sessions and API tokens."""
    with opened_appliance() as (_, db):
        found = find_user(db, email, workspace)
        new = check_password(take_password(from_stdin=password_stdin), found.name, found.email)
        console, new_hash = Actor(found.workspace_id, None), hash_password(new)
        ended = db.write(reset_password, console, found.user_id, new_hash, keep_tokens=keep_tokens)
    click.echo(f"{found.email} can log in with the new password.")
    click.echo(f"Ended: sessions {ended.sessions}, API tokens {ended.tokens}.", err=True)
