"""`crm ledger`: verifies the history of changes on the command line."""

import sys

import click

from crm.accounts.workspaces import Workspace, list_workspaces
from crm.activity.chain import ChainReport, verify_chain
from crm.activity.timeline import ledger_head
from crm.commands.appliance import find_workspace, opened_appliance
from crm.commands.terminal import Lines
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database

PAGES_AT_ONCE = 20


@click.group()
def ledger() -> None:
    """The history in which every change of a workspace is recorded."""


@ledger.command()
@click.option("--workspace", metavar="W", help="Name or id; all workspaces if left out.")
def verify(workspace: str | None) -> None:
    """Verify the hash chain of each history. The exit status is 1 if one is broken."""
    with opened_appliance() as (_, db):
        chosen = db.read(list_workspaces, SYSTEM) if workspace is None else [find_workspace(db, workspace)]
        broken = [each for each in chosen if not _tell(each, _walk(db, each))]
    if broken:
        sys.exit(1)


def _walk(db: Database, workspace: Workspace) -> ChainReport:
    """Verify it in parts, each in its own transaction, so that the server keeps working meanwhile."""
    actor, lines = Actor(workspace.id, None), Lines()
    total = db.read(ledger_head, actor)
    report = db.read(verify_chain, actor, None, PAGES_AT_ONCE)
    while not report.complete and report.broken_at is None:
        lines.progress(report.entries, total)
        report = db.read(verify_chain, actor, report, PAGES_AT_ONCE)
    return report


def _tell(workspace: Workspace, report: ChainReport) -> bool:
    if report.complete:
        click.echo(f"{workspace.name}: {report.entries} entries, whole; the last is {report.head}")
    else:
        click.echo(f"{workspace.name}: broken at entry {report.broken_at}: {report.reason}")
    return report.complete
