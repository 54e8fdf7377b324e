"""A column that points to the rows of another table, as data."""

from dataclasses import dataclass

from crm.records.erasing import WhenErased


@dataclass(frozen=True, slots=True)
class Pointer:
    """A column that has the id of a record of another table."""

    column: str
    table: str
    of: str = ""
    """The pointing table, where it is not the kind's own."""
    in_schema: bool = True
    """The schema knows no reference where the id only marks a place among others."""
    holds: str = ""
    """What refusals call the pointing records where, while one of them is live, the other record cannot go to
    the trash: see `crm/records/holding.py`.
    """
    among: str = ""
    """The condition of the rows that point so, where the others mean something else."""
    once: tuple[str, ...] = ()
    """Columns of which a record has each value once: of two alike, one stays when records are merged."""
    stays: bool = False
    """Whether it still means the same record when that is merged into another."""
    when_erased: WhenErased | None = None
    """What happens to the pointing row when the other is erased with a person: said of each column
    that points to a table whose rows can be.
    """
    owns: bool = False
    """Whether the other row is erased with the pointing one."""
