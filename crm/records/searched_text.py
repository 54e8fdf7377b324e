"""Which text of a kind is searched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passages:
    """The searched text of a kind: `text` is its SQL, with the alias `p` for the kind's table.

    `among` is the condition of the rows that are found. Rows that belong to a record by `hangs_on` of their
    kind need no more; others name that record's kind in `subject`, its id in `subject_id` and its name in
    `name`.
    """

    text: str
    among: str = "p.deleted_at IS NULL"
    subject: str = ""
    subject_id: str = ""
    name: str = ""
