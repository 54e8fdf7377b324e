"""`crm kpis`: the figures of campaigns."""

import click

from crm.campaigns.months import Month
from crm.campaigns.rolling_up import roll_up
from crm.commands.appliance import find_actor, opened_appliance
from crm.commands.kpi_files import collect
from crm.commands.patience import Patience
from crm.commands.terminal import Lines
from crm.errors import CrmError, Invalid
from crm.fields import Fields, parse_fields


class WantedMonth(Fields):
    month: Month


@click.group()
def kpis() -> None:
    """Collect the daily figures of campaigns, and sum them up."""


kpis.add_command(collect)


@kpis.command()
@click.argument("months", metavar="MONTH...", nargs=-1, required=True)
@click.option("--workspace", metavar="W", help="Name or id of the workspace, if there are several.")
def aggregate(months: tuple[str, ...], workspace: str | None) -> None:
    """Sum up these months, such as 2026-10. The server does the same by itself soon after days change."""
    with opened_appliance() as (_, db):
        actor, patience, lines = find_actor(db, workspace, None), Patience(), Lines()
        for month in map(_checked, months):
            done = patience(roll_up, db, actor, month, lines.progress)
            lines.erase()
            click.echo(f"{done.month}: daily rows: {done.rows}, campaigns: {done.campaigns}.")


def _checked(text: str) -> str:
    try:
        return parse_fields(WantedMonth, {"month": text}).month
    except Invalid:
        raise CrmError(f"{text!r} is not a month such as 2026-10.") from None
