"""`crm kpis collect FILE`: the daily figures of campaigns from a file."""

import time
from pathlib import Path
from typing import Any

import click

from crm.appliance.report_files import keep_report
from crm.appliance.uploads import Desk
from crm.campaigns.fields import SourceName
from crm.commands.appliance import find_actor, opened_appliance
from crm.commands.patience import Patience
from crm.commands.terminal import table
from crm.errors import CrmError, Invalid
from crm.fields import Fields, parse_fields
from crm.imports.advertising.report_file import ReportFile, get_report_file
from crm.imports.advertising.report_files import cancel_report_file, confirm_report_file, create_report_file
from crm.imports.advertising.wishes import ReportOptions
from crm.imports.advertising.working import work_on_report_file

SHOWN = 10
WORK_SECONDS, WAIT_SECONDS = 2.0, 0.1


class CollectFields(Fields):
    """What the command is given."""

    source: SourceName


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source", required=True, metavar="NAME", help="Whose figures they are, such as google_ads.")
@click.option("--workspace", metavar="W", help="Name or id of the workspace, if there are several.")
@click.option("--user", metavar="E", help="E-mail of the user who collects; default: the first owner.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Which column has a field, such as day=Datum; once for each. Remembered for the same headers.",
)
@click.option("--order", type=click.Choice(("dmy", "mdy")), help="Whether the day or the month comes first.")
@click.option("--decimal", type=click.Choice((",", ".")), help="The decimal sign of the file.")
@click.option("--encoding", metavar="NAME", help="The encoding of the file.")
@click.option("--dry-run", is_flag=True, help="Show what the file holds, and save nothing.")
def collect(
    *,
    file: Path,
    source: str,
    workspace: str | None,
    user: str | None,
    columns: tuple[str, ...],
    dry_run: bool,
    **given: Any,
) -> None:
    """Collect FILE: an export of Google Ads, Meta, TikTok, Yandex Direct or GA4, or any other table."""
    chosen = dict(each.partition("=")[::2] for each in columns) or None
    with opened_appliance() as (settings, db):
        desk = Desk(db, settings, find_actor(db, workspace, user))
        try:
            name = parse_fields(CollectFields, {"source": source}).source
            options = parse_fields(ReportOptions, {**given, "columns": chosen})
            found = _read(desk, file, name, options)
        except Invalid as error:
            raise CrmError(f"{file}: {error.problems[0].field} {error.problems[0].message}") from None
        _show(found)
        if dry_run or found.state != "ready":
            _give_up(desk, found)
            return
        Patience()(db.write, confirm_report_file, desk.actor, found.id)
        ended = _worked_on(desk, found.id)
    click.echo(f"Collected: {ended.new} new, {ended.changed} changed, {ended.unchanged} unchanged.")


def _read(desk: Desk, file: Path, source: str, options: ReportOptions) -> ReportFile:
    with file.open("rb") as stream:
        upload = keep_report(desk, stream, file.name)
    made = Patience()(desk.db.write, create_report_file, desk.actor, upload, source, options)
    return _worked_on(desk, made.id)


def _worked_on(desk: Desk, file_id: int) -> ReportFile:
    """Until nothing is left to do; another process may do it as well. Raises CrmError if it failed."""
    patience = Patience()
    found = patience(desk.db.read, get_report_file, desk.actor, file_id)
    while found.state in {"reading", "running"}:
        before = found.version
        patience(work_on_report_file, desk.db, desk.settings, desk.actor, file_id, WORK_SECONDS)
        found = patience(desk.db.read, get_report_file, desk.actor, file_id)
        if found.version == before:
            time.sleep(WAIT_SECONDS)
    if found.state == "failed":
        raise CrmError(f"{found.name}: {found.error}")
    return found


def _give_up(desk: Desk, found: ReportFile) -> None:
    """Raises CrmError where there was something to mend."""
    Patience()(desk.db.write, cancel_report_file, desk.actor, found.id)
    work_on_report_file(desk.db, desk.settings, desk.actor, found.id)
    if found.state == "unmapped":
        headers = ", ".join(repr(header) for header in found.found["headers"] if header)
        raise CrmError(
            f"{found.name}: say by --column which columns have the day, the campaign and the figures. "
            f"The file has {headers}."
        )
    if found.state == "refused":
        raise CrmError(f"{found.name}: nothing was collected. Mend these rows, and collect it again.")


def _show(found: ReportFile) -> None:
    told = found.found
    for each in told.get("problems", [])[:SHOWN]:
        click.echo(f"Row {each['row']}, {each['field']}: {each['message']}", err=True)
    for each in told.get("left_out", [])[:SHOWN]:
        click.echo(f"Row {each['row']} is not counted: {each['reason']}", err=True)
    if "rows" not in told:
        return
    days = f"{told['first_day']} to {told['last_day']}" if told["first_day"] else "no day"
    click.echo(f"Rows: {told['rows']}, campaigns: {told['campaigns']}, {days}.")
    if told["without_campaign"]:
        click.echo(f"Rows of no campaign, which stay out: {told['without_campaign']}")
    for sums in told["sums"]:
        rows: list[tuple[str, ...]] = [
            (name.replace("_", " "), str(value)) for name, value in sums.items() if value is not None
        ]
        click.echo(table(rows))
