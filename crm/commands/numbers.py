"""`crm numbers`: whether each number of a deal, vehicle, quote and invoice is accounted for."""

import sys

import click

from crm.accounts.workspaces import Workspace, list_workspaces
from crm.commands.appliance import find_workspace, opened_appliance
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.numbers.checking import check_numbers


@click.group()
def numbers() -> None:
    """The numbers of deals, stock, quotes and invoices."""


@numbers.command()
@click.option("--workspace", metavar="W", help="Name or id; all workspaces if left out.")
def check(workspace: str | None) -> None:
    """Check that each number belongs to one record and explain each gap. The status is 1 after a fault."""
    with opened_appliance() as (_, db):
        chosen = db.read(list_workspaces, SYSTEM) if workspace is None else [find_workspace(db, workspace)]
        faulty = [each for each in chosen if not _is_whole(db, each)]
    if faulty:
        sys.exit(1)


def _is_whole(db: Database, workspace: Workspace) -> bool:
    report = db.read(check_numbers, Actor(workspace.id, None))
    for found in report.findings:
        click.echo(f"{workspace.name}: {found.kind}: {'FAULT: ' if found.fault else ''}{found.message}")
    state = f"{len(report.faults)} faults" if report.faults else "all accounted for"
    click.echo(f"{workspace.name}: {report.issued} numbers, {state}")
    return not report.faults
