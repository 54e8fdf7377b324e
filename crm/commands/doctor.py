"""`crm doctor`: every check of the appliance, with what it found."""

import sys

import click

from crm.appliance.doctor import examine
from crm.config import load_settings
from crm.logs import configure_logging


@click.command()
def doctor() -> None:
    """Look at everything: paths, permissions, the database's integrity, the ledgers, the files, the backups.

    The appliance may be running; nothing is changed. The exit status is 1 when something is not in order.
    """
    settings = load_settings()
    configure_logging(settings)
    all_good = True
    for finding in examine(settings):
        all_good = all_good and finding.good
        click.echo(f"{'ok ' if finding.good else 'BAD'}  {finding.check}: {finding.found}")
    if not all_good:
        sys.exit(1)
