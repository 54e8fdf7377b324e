"""`crm doctor`: checks everything, and says what to do about each problem."""

import sys

import click

from crm.appliance.server_doctor import examine_any
from crm.config import load_settings
from crm.logs import configure_logging


@click.command()
def doctor() -> None:
    """Check paths, permissions, the database, the history, the files and the backups.

    The server may be running; nothing is changed. The exit status is 1 when something is not in order.
    """
    settings = load_settings()
    configure_logging(settings)
    all_good = True
    for finding in examine_any(settings):
        all_good = all_good and finding.good
        click.echo(f"{'ok ' if finding.good else 'BAD'}  {finding.check}: {finding.found}")
    if not all_good:
        sys.exit(1)
