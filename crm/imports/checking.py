"""A preview of an import: what it will create, update and leave out once it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.fields import name_key
from crm.imports.entry import OUTCOMES, Entry, RowResult
from crm.imports.fitting import LONGEST_SHOWN
from crm.imports.foretelling import TAKEN_BY_ROW
from crm.imports.matches import matches_for
from crm.imports.matching import find_company
from crm.imports.outcomes import Found, find_outcome
from crm.imports.placing import placed
from crm.imports.record import Problem, Record
from crm.leads.pipeline import open_pipelines
from crm.records.keys import sort_key, tag_key
from crm.records.tags import find_tags

MOST_NAMED = 20
MOST_PROBLEMS = 20_000


Checked = tuple[RowResult, dict[str, Any]]


@dataclass(slots=True)
class Check:
    """`new` has the names that would be created, by kind of record; spellings of one name count once.
    `claimed` are the values of earlier rows that only one record may have. `review` is the name under which
    `reviewed_rows` finds all rows.
    """

    rows: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    new: dict[str, dict[str, str]] = field(default_factory=dict)
    unmatched_owners: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    claimed: set[str] = field(default_factory=set)
    shown: list[dict[str, Any]] = field(default_factory=list)
    review: str = ""

    def plan(self) -> dict[str, Any]:
        """For people: the counts, and the first few names that would be created."""
        made = {
            what: {"count": len(names), "first": list(names.values())[:MOST_NAMED]}
            for what, names in self.new.items()
            if names
        }
        return {
            "rows": self.rows,
            **{name: self.outcomes.get(name, 0) for name in OUTCOMES},
            "problems": self.problem_count,
            "new": made,
            "unmatched_owners": list(self.unmatched_owners.values())[:MOST_NAMED],
            "first": self.shown,
            "review": self.review,
        }


def check_records(tx: Transaction, entry: Entry, records: Sequence[Record], check: Check) -> list[Checked]:
    """Adds to `check`. Returns what will happen to each record, with its names and the one it is about.

    All look-ups come first: where the database refuses one, the same records can be checked again.
    """
    known = [list(record.problems) for record in records]
    try:
        matches = matches_for(tx, entry.source, records if entry.kind is None else ())
        found = [find_outcome(tx, entry, record, matches) for record in records]
    except Busy:
        for record, problems in zip(records, known, strict=True):
            record.problems = problems
        raise
    for record, each in zip(records, found, strict=True):
        if each.outcome != "left_out":
            _note_new(tx, entry, record, check)
    return [_counted(entry, record, each, check) for record, each in zip(records, found, strict=True)]


def _counted(entry: Entry, record: Record, found: Found, check: Check) -> Checked:
    again = not check.seen.isdisjoint(found.marks)
    check.seen.update(found.marks)
    outcome = found.outcome
    if outcome != "left_out" and (found.known is not None or again):
        outcome = "updated" if entry.options.duplicates == "update" else "skipped"
    if outcome != "skipped":
        record.problems += found.foretold
    if outcome != "skipped" and not again and not _claimed(record, found, check):
        outcome = "left_out"
    record.problems = placed(entry.columns, record.problems)
    check.rows += 1
    check.outcomes[outcome] = check.outcomes.get(outcome, 0) + 1
    check.problem_count += len(record.problems)
    check.problems += record.problems[: max(0, MOST_PROBLEMS - len(check.problems))]
    shown = _shown(record, outcome, found.known)
    if len(check.shown) < MOST_NAMED:
        check.shown.append(shown)
    return outcome, shown


def _claimed(record: Record, found: Found, check: Check) -> bool:
    """Whether the row is imported, if perhaps without a value that an earlier one has. Tells of these."""
    for claim in found.claims:
        if claim.key in check.claimed:
            shown = claim.shown[:LONGEST_SHOWN]
            left_out = claim.leaves_out
            record.problems.append(Problem(record.row, TAKEN_BY_ROW, claim.field, shown, left_out))
        check.claimed.add(claim.key)
    return not record.left_out


def _note_new(tx: Transaction, entry: Entry, record: Record, check: Check) -> None:
    if record.company and not record.is_company:
        _note(
            check,
            "companies",
            sort_key(record.company),
            record.company,
            _company_known(tx, record.company, check),
        )
    for tag in [*record.tags, *(record.lead.tags if record.lead else [])]:
        key = ("tag", tag_key(tag))
        if key not in check.known:
            check.known[key] = bool(find_tags(tx, tag))
        _note(check, "tags", tag_key(tag), tag, check.known[key])
    for owner in (record.owner, record.lead.owner if record.lead else None):
        if owner and name_key(owner) not in entry.owners:
            check.unmatched_owners.setdefault(name_key(owner), owner)
    if record.lead is not None and (record.lead.pipeline or record.lead.stage):
        _note_places(tx, record, check)


def _company_known(tx: Transaction, name: str, check: Check) -> bool:
    key = ("company", sort_key(name))
    if key not in check.known:
        check.known[key] = find_company(tx, name) is not None
    return check.known[key]


def _note_places(tx: Transaction, record: Record, check: Check) -> None:
    if ("pipelines", "") not in check.known:
        check.known["pipelines", ""] = True
        for pipeline in open_pipelines(tx):
            check.known["pipeline", name_key(pipeline.name)] = True
            check.known |= {("stage", name_key(stage.name)): True for stage in pipeline.stages}
    lead = record.lead
    for what, name in (
        ("pipeline", lead.pipeline if lead else None),
        ("stage", lead.stage if lead else None),
    ):
        if name:
            _note(check, f"{what}s", name_key(name), name, check.known.get((what, name_key(name)), False))


def _note(check: Check, what: str, key: str, name: str, known: bool) -> None:
    if not known:
        check.new.setdefault(what, {}).setdefault(key, name)


def _shown(record: Record, outcome: RowResult, known: int | None) -> dict[str, Any]:
    """`existing_id` is the client or lead that the row is about; None where it is an earlier row."""
    return {
        "row": record.row,
        "outcome": outcome,
        "existing_id": known,
        "name": record.name,
        "company": record.company,
        "email": record.emails[0].address if record.emails else None,
        "phone": record.phones[0].number if record.phones else None,
        "on": record.item.on.said or None if record.item else None,
        "lead": record.lead.title or None if record.lead else None,
    }
