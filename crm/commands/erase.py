"""`crm erase`: erasing a person for good, on their request."""

import click

from crm import clock
from crm.appliance.erasing import ClientErasure, erase_client, preview_erasure
from crm.appliance.erasures import finish_erasures, holding_backups
from crm.commands.appliance import find_actor, opened_appliance
from crm.commands.patience import Patience
from crm.errors import CrmError, Invalid
from crm.fields import parse_fields


@click.command()
@click.argument("client_id", metavar="CLIENT_ID", type=int)
@click.option("--workspace", metavar="W", help="Name or id of the workspace, if there are several.")
@click.option("--name", metavar="NAME", help="The client's name, to confirm; asked for if left out.")
@click.option("--reason", metavar="TEXT", help="Why; it stays in the history.")
def erase(client_id: int, workspace: str | None, name: str | None, reason: str | None) -> None:
    """Erase the client with this id for good, with all that is about them. It cannot be undone.

    The first owner of the workspace is recorded as the one who did it.
    """
    with opened_appliance() as (settings, db):
        actor, patience = find_actor(db, workspace, None), Patience()
        client, counts = patience(db.read, preview_erasure, actor, client_id)
        shown = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        click.echo(f"{client.name}: {shown} will be erased for good.", err=True)
        confirmed = name or click.prompt("Type the client's name to confirm", err=True)
        try:
            given = parse_fields(ClientErasure, {"name": confirmed, "reason": reason})
            before = clock.now()
            erased = patience(db.write, erase_client, actor, settings, client_id, given)
        except Invalid as error:
            raise CrmError(f"{error.problems[0].field} {error.problems[0].message}") from None
        ended = patience(finish_erasures, db, settings)
        click.echo(f"Erased: {', '.join(f'{n} {kind}' for kind, n in sorted(erased.records.items()))}.")
        if not ended:
            click.echo("The server cleans the rest of the files as soon as it runs.")
        for backup in holding_backups(settings, before):
            click.echo(f"The backup {backup.name} holds them until {backup.kept_until}.")
