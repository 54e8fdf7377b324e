"""`crm demo`: something to try the appliance with."""

import click

from crm.commands.appliance import find_workspace, opened_appliance
from crm.db.actor import Actor
from crm.leads.demo import fill_with_leads

MOST = 5_000_000


@click.command()
@click.option("--clients", default=500, show_default=True, type=click.IntRange(1, MOST), help="How many.")
@click.option("--leads", default=100, show_default=True, type=click.IntRange(0, MOST), help="How many.")
@click.option("--workspace", metavar="W", help="Its name or id, when there is more than one.")
def demo(clients: int, leads: int, workspace: str | None) -> None:
    """Fill an empty workspace with made-up clients and leads, in many languages."""
    with opened_appliance() as (_, db):
        place = find_workspace(db, workspace)
        made = 0
        with click.progressbar(length=clients, label="Making clients", show_pos=True) as bar:
            for total in fill_with_leads(db, Actor(place.id, None), clients, leads):
                bar.update(total - made)
                made = total
    click.echo(f"{place.name!r} has {made} demo clients and {leads} leads.")
