"""`crm reconcile`: whether messages are accounted for, and the sums of campaigns are those of their days."""

import click

from crm.campaigns.reconciling import MonthBalance, balance_months
from crm.commands.appliance import opened_appliance
from crm.conversations.reconciling import Balance, reconcile_all
from crm.db.actor import Actor


@click.command()
def reconcile() -> None:
    """Check that every message of each workspace is accounted for, and that the sums of its campaigns are
    those of their days. The exit status is 1 if not.

    It repairs nothing. The worker does the same each day, and logs what is amiss.
    """
    with opened_appliance() as (settings, db):
        balances = reconcile_all(db, settings)
        months = {each: db.read(balance_months, Actor(each, None)) for each in balances}
    for workspace_id, balance in balances.items():
        click.echo(_line(workspace_id, balance))
        for difference, count in balance.differences.items():
            click.echo(f"  {count} {difference}")
        for month in months[workspace_id]:
            click.echo(_line_of_month(month))
    differing = any(month.differing for of in months.values() for month in of)
    if differing or not all(balance.even for balance in balances.values()):
        raise click.exceptions.Exit(1)


def _line(workspace_id: int, balance: Balance) -> str:
    return (
        f"workspace {workspace_id}: {balance.deliveries} deliveries, "
        f"{balance.received} events received = {balance.messages} messages"
        f" + {balance.statuses} statuses{_others(balance)} + {balance.quarantined} quarantined"
        f" + {balance.waiting} waiting: " + ("all adds up" if balance.even else "DIFFERENCES")
    )


def _line_of_month(month: MonthBalance) -> str:
    if month.differing is None:
        return f"  campaigns in {month.month}: {month.rows} days wait to be summed up"
    if month.differing:
        return f"  campaigns in {month.month}: {month.differing} with other sums than their days: DIFFERENCES"
    return f"  campaigns in {month.month}: {month.rows} days = their sums"


def _others(balance: Balance) -> str:
    """Counts that are shown only where they are not zero."""
    others = {"changes of messages": balance.changes, "news of numbers": balance.news}
    return "".join(f" + {count} {name}" for name, count in others.items() if count)
