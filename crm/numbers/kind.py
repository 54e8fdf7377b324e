"""The kinds of the numbers room: series, and the numbers that they gave."""

from crm.activity.sight import MANAGED
from crm.numbers.rows import ROWS
from crm.numbers.series import SERIES_RECORD, SeriesFields
from crm.records.erasing import emptied
from crm.records.kind import Kind, Pointer, not_undone

NUMBER_SERIES = Kind(
    name="number_series",
    table="number_series",
    known_by=SERIES_RECORD.known_by,
    area="numbers",
    permissions={"read": "admins", "manage": "admins"},
    rows={name: ROWS[name] for name in ("number_series", "number_counters")},
    examples="the records that have numbers take them",
    erasing="formats and counters are of no person",
    actions=not_undone("a number that was given never comes again", "number_series.changed"),
    fields=SeriesFields,
    sight=MANAGED,
)

NUMBER = Kind(
    name="number",
    table="issued_numbers",
    known_by="number",
    area="numbers",
    permissions=NUMBER_SERIES.permissions,
    rows={"issued_numbers": ROWS["issued_numbers"]},
    examples="the records that have numbers take them",
    erasing={
        "issued_numbers": emptied(
            keeps="kind number number_key period seq follows subject subject_id issued_by",
        )
    },
    actions={},
    pointers=(Pointer("issued_by", "users"),),
    hangs_on=("subject", "subject_id"),
    sight=MANAGED,
)
