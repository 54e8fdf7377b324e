"""Names that only one live record of a kind may have."""

from collections.abc import Mapping

from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.fields import name_key
from crm.records.skeleton import Skeleton


def refuse_name_taken(
    tx: Transaction,
    kind: Skeleton,
    name: str,
    *,
    besides: int = 0,
    within: Mapping[str, int | str] | None = None,
) -> None:
    """Raises Conflict, with its field and the other's id, when another live record has it.

    One in the workspace, or among those with the values of `within`.
    """
    narrowed = "".join(f" AND {column} = :{column}" for column in within or {})
    taken = tx.value(
        f"""
        SELECT id
          FROM {kind.table}
         WHERE workspace_id = :workspace_id
           AND {kind.known_by}_key = :name_key
           AND deleted_at IS NULL
           AND id <> :besides
           {narrowed}
        """,
        name_key=name_key(name),
        besides=besides,
        **within or {},
    )
    if taken is not None:
        said = Sentence("belongs to another {record}", record=kind.noun)
        raise Conflict.field(kind.known_by, _taken(kind), said, **{f"{kind.name}_id": taken})


def _taken(kind: Skeleton) -> Sentence:
    if kind.known_by == "title":
        return Sentence("A {record} with this title already exists.", record=kind.noun)
    return Sentence("A {record} with this name already exists.", record=kind.noun)
