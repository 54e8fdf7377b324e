"""`crm export-workspace` and `crm import-workspace`."""

from pathlib import Path

import click

from crm.appliance.transfer import export_to, import_from
from crm.commands.appliance import find_workspace, opened_appliance


@click.command("export-workspace")
@click.argument("target", metavar="FILE.zip", type=click.Path(path_type=Path))
@click.option("--workspace", metavar="W", help="Name or id, if there are several.")
def export_workspace(target: Path, workspace: str | None) -> None:
    """Write all records and files of a workspace into one file for `crm import-workspace`."""
    with opened_appliance() as (settings, db):
        place = find_workspace(db, workspace)
        contents = export_to(settings, place.id, target.absolute())
    rows, files = sum(contents.rows.values()), len(contents.members) - len(contents.rows)
    click.echo(f"{target}: {rows} rows and {files} files of {place.name!r}")


@click.command("import-workspace")
@click.argument("source", metavar="FILE.zip", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_workspace(source: Path) -> None:
    """Import an exported workspace, completely or not at all. Other workspaces are not changed."""
    with opened_appliance() as (settings, db):
        db.close()
        arrival = import_from(settings, source.absolute())
    moved = "with new ids, as its own are taken here" if arrival.moved else "exactly as it was"
    click.echo(f"Workspace {arrival.workspace_id} was imported {moved}.")
