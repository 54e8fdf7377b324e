"""What the commands on data share: the open database, a password, a user, a workspace."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from crm.accounts.owners import first_owner
from crm.accounts.users import FoundUser, find_users_by_email
from crm.accounts.workspaces import Workspace, list_workspaces
from crm.config import Settings, load_settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.startup import prepare
from crm.errors import CrmError, NotFound, Sentence
from crm.fields import name_key
from crm.kinds import open_database
from crm.logs import configure_logging

LONGEST_INPUT = 4_096


@contextmanager
def opened_appliance() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database, created if missing; the server may be running."""
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    prepare(settings)
    database = open_database(settings)
    try:
        yield settings, database
    finally:
        database.close()


def take_password(*, from_stdin: bool) -> str:
    """The first line of the standard input, or what is typed twice without being shown."""
    if not from_stdin:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.buffer.readline(LONGEST_INPUT + 2).rstrip(b"\r\n")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise CrmError("The password on the standard input is not UTF-8 text.") from None


def find_workspace(db: Database, wanted: str | None) -> Workspace:
    """By name or id; without either, the only one there is."""
    workspaces = db.read(list_workspaces, SYSTEM)
    if not workspaces:
        raise CrmError("There is no workspace yet. Make the first with `crm setup`.")
    found = [each for each in workspaces if wanted is None or _is(each, wanted)]
    if len(found) == 1:
        return found[0]
    choices = ", ".join(f"{each.name!r} (id {each.id})" for each in workspaces)
    if wanted is None or found:
        raise CrmError(f"Which workspace? Name one by --workspace: {choices}.")
    raise CrmError(f"There is no workspace {wanted!r}; there are: {choices}.")


def find_user(db: Database, email: str, workspace: str | None) -> FoundUser:
    """By e-mail, in the workspace of that name or id; without one, the only user there is with the e-mail."""
    found = db.read(find_users_by_email, SYSTEM, email)
    if workspace is not None:
        place = find_workspace(db, workspace)
        found = [user for user in found if user.workspace_id == place.id]
    if not found:
        raise NotFound(f"There is no user {email!r}.")
    if len(found) > 1:
        choices = ", ".join(f"{user.workspace_name!r} (id {user.workspace_id})" for user in found)
        raise CrmError(f"{email!r} is in several workspaces. Name one by --workspace: {choices}.")
    return found[0]


def find_actor(db: Database, workspace: str | None, email: str | None) -> Actor:
    """The user with this e-mail in the workspace, by default its first owner. Raises NotFound."""
    place = find_workspace(db, workspace)
    if email is None:
        return Actor(place.id, db.read(first_owner, Actor(place.id, None)))
    for found in db.read(find_users_by_email, SYSTEM, email):
        if found.workspace_id == place.id:
            return Actor(place.id, found.user_id)
    raise NotFound(Sentence("There is no user {email} in this workspace.", email=email))


def _is(workspace: Workspace, wanted: str) -> bool:
    return wanted == str(workspace.id) or name_key(wanted) == name_key(workspace.name)
