"""`crm demo`: something to try the appliance with."""

import click

from crm.clients.demo import fill_with_clients
from crm.commands.appliance import find_workspace, opened_appliance
from crm.db.actor import Actor


@click.command()
@click.option(
    "--clients", default=500, show_default=True, type=click.IntRange(1, 5_000_000), help="How many."
)
@click.option("--workspace", metavar="W", help="Its name or id, when there is more than one.")
def demo(clients: int, workspace: str | None) -> None:
    """Fill a workspace that has no clients with made-up ones, in many languages."""
    with opened_appliance() as (_, db):
        place = find_workspace(db, workspace)
        made = 0
        with click.progressbar(length=clients, label="Making clients", show_pos=True) as bar:
            for total in fill_with_clients(db, Actor(place.id, None), clients):
                bar.update(total - made)
                made = total
    click.echo(f"{place.name!r} has {made} demo clients.")
