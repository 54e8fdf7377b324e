"""`crm reconcile`: whether every message is accounted for."""

import click

from crm.commands.appliance import opened_appliance
from crm.conversations.reconciling import Balance, reconcile_all


@click.command()
def reconcile() -> None:
    """Check that every message of each workspace is accounted for. The exit status is 1 if not.

    It repairs nothing. The worker does the same each day, and logs what is amiss.
    """
    with opened_appliance() as (settings, db):
        balances = reconcile_all(db, settings)
    for workspace_id, balance in balances.items():
        click.echo(_line(workspace_id, balance))
        for difference, count in balance.differences.items():
            click.echo(f"  {count} {difference}")
    if not all(balance.even for balance in balances.values()):
        raise click.exceptions.Exit(1)


def _line(workspace_id: int, balance: Balance) -> str:
    return (
        f"workspace {workspace_id}: {balance.deliveries} deliveries, "
        f"{balance.received} events received = {balance.messages} messages"
        f" + {balance.statuses} statuses{_others(balance)} + {balance.quarantined} quarantined"
        f" + {balance.waiting} waiting: " + ("all adds up" if balance.even else "DIFFERENCES")
    )


def _others(balance: Balance) -> str:
    """Counts that are shown only where they are not zero."""
    others = {"changes of messages": balance.changes, "news of numbers": balance.news}
    return "".join(f" + {count} {name}" for name, count in others.items() if count)
