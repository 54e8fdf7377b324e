"""`crm import clients FILE`, and the same for leads, notes, tasks and other kinds."""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson

from crm.appliance.imports import work_on
from crm.appliance.uploads import Desk, receive
from crm.commands.appliance import find_actor, opened_appliance
from crm.commands.patience import Patience
from crm.commands.terminal import table
from crm.errors import Busy, CrmError, Invalid
from crm.fields import parse_fields
from crm.imports.fields import ImportSettings, MappedColumn
from crm.imports.import_row import AT_WORK, Import, get_import
from crm.imports.imports import begin_undoing, confirm_import, create_import, remap_import
from crm.imports.preparing import Wishes
from crm.imports.problems import ImportProblem, list_problems
from crm.imports.progress import find_job
from crm.kinds import KINDS

SHOWN = 10
PAGE = 1_000
WORK_SECONDS, WAIT_SECONDS = 0.5, 0.1
GOES_ON = "The rows that are in stay; the server imports the rest as soon as it runs."


@click.group("import")
def imports() -> None:
    """Import clients, leads, notes or tasks from a file: CSV, XLSX, ODS or vCard."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
            click.option(
                "--workspace", metavar="W", help="Name or id of the workspace, if there are several."
            ),
            click.option(
                "--user", metavar="E", help="E-mail of the user who imports; default: the first owner."
            ),
            click.option(
                "--mapping",
                metavar="FILE",
                type=click.Path(path_type=Path, exists=True, dir_okay=False),
                help='The field of each column, as JSON: {"Header": "field"}.',
            ),
            click.option("--dry-run", is_flag=True, help="Show what would be imported, and change nothing."),
            click.option(
                "--duplicates",
                type=click.Choice(("skip", "update", "add")),
                default="skip",
                show_default=True,
                help="What to do with rows whose record exists already.",
            ),
            click.option(
                "--report",
                metavar="FILE",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Write all problems to this file, as CSV.",
            ),
        )
    ):
        command = option(command)
    return command


@imports.command()
@_options
def clients(**given: Any) -> None:
    """Import clients and their companies."""
    _import("clients", **given)


@imports.command()
@_options
def leads(**given: Any) -> None:
    """Import leads with their clients."""
    _import("leads", **given)


def _described(records: str) -> None:
    """A command for a kind that is imported as it is described."""

    @imports.command(records, help=f"Import {records}.")
    @_options
    def command(**given: Any) -> None:
        _import(records, **given)


for _records in KINDS.imported:
    _described(_records)


def _import(
    records: str,
    *,
    file: Path,
    workspace: str | None,
    user: str | None,
    mapping: Path | None,
    dry_run: bool,
    duplicates: str,
    report: Path | None,
) -> None:
    options = parse_fields(ImportSettings, {"records": records, "duplicates": duplicates})
    with opened_appliance() as (settings, db):
        desk = Desk(db, settings, find_actor(db, workspace, user))
        try:
            found = _uploaded(desk, file, options)
            if mapping is not None:
                found = _mapped(desk, found, mapping)
            _show_plan(found)
            ended = _discarded(desk, found, report) if dry_run else _entered(desk, found, report)
        except Invalid as error:
            raise CrmError(f"{file}: {error.problems[0].field} {error.problems[0].message}") from None
    _show_end(ended, dry_run=dry_run)


def _uploaded(desk: Desk, file: Path, options: ImportSettings) -> Import:
    with file.open("rb") as stream:
        upload, wishes, prepared = receive(desk, stream, file.name, options)
    found = Patience()(desk.db.write, create_import, desk.actor, upload, wishes, prepared)
    return found if prepared is not None else _worked_on(desk, found.id, "Reading")


def _worked_on(desk: Desk, import_id: int, label: str) -> Import:
    """Work until nothing is left to do, with a progress bar on a terminal."""
    patience = Patience()
    found = patience(desk.db.read, get_import, desk.actor, import_id)
    with click.progressbar(length=found.total or 1, label=label, show_pos=True) as bar:

        def tell() -> None:
            patience.renew()
            job = desk.db.read(find_job, desk.actor, import_id)
            bar.update((job.done if job else bar.pos) - bar.pos)

        while found.state in AT_WORK:
            before = found
            patience(work_on, desk.db, desk.settings, desk.actor, import_id, WORK_SECONDS, report=tell)
            found = patience(desk.db.read, get_import, desk.actor, import_id)
            if (found.state, found.done) == (before.state, before.done):
                time.sleep(WAIT_SECONDS)
    if found.state == "failed":
        raise CrmError(f"{found.name}: {found.error}")
    return found


def _mapped(desk: Desk, found: Import, mapping: Path) -> Import:
    """Columns that the mapping file does not name stay as proposed."""
    try:
        chosen = orjson.loads(mapping.read_bytes())
    except orjson.JSONDecodeError as error:
        raise CrmError(f"{mapping} is not JSON ({error}).") from None
    if not isinstance(chosen, dict) or not all(isinstance(value, str) for value in chosen.values()):
        raise CrmError(f'{mapping} must be an object such as {{"Header": "field"}}.')
    unknown = chosen.keys() - {column["header"] for column in found.columns}
    if unknown:
        raise CrmError(f"{mapping} names a column that the file does not have: {sorted(unknown)[0]!r}.")
    columns = [_column(each, chosen.get(each["header"])) for each in found.columns]
    return _remapped(desk, found, columns)


def _column(column: dict[str, Any], chosen: str | None) -> MappedColumn:
    field, _, label = (chosen or f"{column['field']}:{column['label']}").partition(":")
    return MappedColumn(column=column["column"], field=field or "-", label=label)


def _remapped(desk: Desk, found: Import, columns: list[MappedColumn]) -> Import:
    options = ImportSettings(**{name: found.options[name] for name in ImportSettings.model_fields})
    wishes = Wishes(options, {each.column: (each.field, each.label) for each in columns})
    changed = Patience()(desk.db.write, remap_import, desk.actor, found.id, wishes, None)
    return _worked_on(desk, changed.id, "Checking")


def _entered(desk: Desk, found: Import, report: Path | None) -> Import:
    confirmed = Patience()(desk.db.write, confirm_import, desk.actor, found.id)
    try:
        ended = _worked_on(desk, confirmed.id, "Importing")
    except Busy as error:
        raise CrmError(f"{error.message} {GOES_ON}") from None
    work_on(desk.db, desk.settings, desk.actor, ended.id)
    _write_report(desk, ended, report)
    return ended


def _discarded(desk: Desk, found: Import, report: Path | None) -> Import:
    _write_report(desk, found, report)
    desk.db.write(begin_undoing, desk.actor, found.id)
    work_on(desk.db, desk.settings, desk.actor, found.id)
    return found


def _write_report(desk: Desk, found: Import, report: Path | None) -> None:
    if report is None:
        return
    with report.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("row", "column", "value", "problem", "imported"))
        after = 0
        while problems := desk.db.read(list_problems, desk.actor, found.id, limit=PAGE, after=after):
            writer.writerows(_line(each) for each in problems)
            after += len(problems)


def _line(problem: ImportProblem) -> tuple[object, ...]:
    """Puts an apostrophe before a value that a spreadsheet would run as a formula."""
    value = f"'{problem.value}" if problem.value[:1] in "=+-@\t\r" and problem.value else problem.value
    imported = "no" if problem.left_out else "yes"
    return problem.row, problem.header or "", value, problem.message, imported


def _show_plan(found: Import) -> None:
    plan, detected = found.plan or {}, found.detected or {}
    facts = [("encoding", detected.get("encoding")), ("delimiter", repr(detected.get("delimiter")))]
    facts += [("sheet", detected.get("sheet")), ("header row", detected.get("header_row"))]
    shown = ", ".join(f"{name} {value}" for name, value in facts if value not in (None, "None"))
    click.echo(f"{found.name}: {detected.get('form')}, {shown}", err=True)
    for warning in detected.get("warnings", []):
        click.echo(f"Warning: {warning}", err=True)
    mapped = [(each["header"] or f"column {each['column'] + 1}", each["field"]) for each in found.columns]
    click.echo(table([("HEADER", "FIELD"), *mapped]), err=True)
    for what, names in plan.get("new", {}).items():
        click.echo(f"New {what}: {names['count']} ({', '.join(names['first'][:SHOWN])})", err=True)
    if plan.get("unmatched_owners"):
        click.echo(f"Owners without a user: {', '.join(plan['unmatched_owners'])}", err=True)


def _show_end(found: Import, *, dry_run: bool) -> None:
    counts = (found.plan or {}) if dry_run else {name: getattr(found, name) for name in COUNTED}
    for each in found.problems[:SHOWN]:
        column = f", {each.header}" if each.header else ""
        click.echo(f"Row {each.row}{column}: {each.message} {each.value[:60]}".rstrip(), err=True)
    if found.problem_count > SHOWN:
        click.echo(f"… and {found.problem_count - SHOWN} more problems; --report FILE has them.", err=True)
    shown = ", ".join(f"{counts.get(name, 0)} {name.replace('_', ' ')}" for name in COUNTED)
    click.echo(f"{'Preview' if dry_run else 'Rows'}: {shown}.")
    usable = sum(int(counts.get(name, 0)) for name in COUNTED if name != "left_out")
    if not usable:
        raise CrmError("Nothing in the file can be imported." if dry_run else "Nothing was imported.")


COUNTED = ("created", "updated", "skipped", "left_out")
