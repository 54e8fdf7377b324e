"""Tables as the schema describes them: columns, keys, and which rows belong to which."""

from dataclasses import dataclass

TENANT_COLUMN = "workspace_id"


@dataclass(frozen=True, slots=True)
class Reference:
    """`pairs` are the columns here with those of the parent. `owned`: a row cannot be without its parent.

    `only` are columns here, each with the value by which a row has such a parent at all.
    """

    parent: str
    pairs: tuple[tuple[str, str], ...]
    owned: bool
    only: tuple[tuple[str, str], ...] = ()

    def column_of(self, target: str) -> str | None:
        """The column here that holds that column of the parent."""
        return next((here for here, there in self.pairs if there == target), None)


@dataclass(frozen=True, slots=True)
class Table:
    """`types` are the columns, each with its type as the schema writes it; `required` may not be NULL."""

    name: str
    columns: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    required: frozenset[str] = frozenset()

    @property
    def has_id(self) -> bool:
        return self.key == ("id",)


def quoted(name: str) -> str:
    """A name of the schema as part of an SQL text."""
    return '"' + name.replace('"', '""') + '"'
