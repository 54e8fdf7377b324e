"""The rows of pictures of vehicles and products: which files, in which order."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.fields import Id

Pictured = Literal["vehicle", "product"]
"""The kinds that have pictures in order."""
MOST_PICTURES = 60
Pictures = Annotated[list[Id], Field(max_length=MOST_PICTURES)]
OF_OTHERS: dict[Pictured, Sentence] = {
    "vehicle": Sentence("must be pictures among the files of this vehicle"),
    "product": Sentence("must be pictures among the files of this product"),
}


def pictures_of(kind: Pictured, record_id: str) -> str:
    """As SQL, a JSON list of the live files; `record_id` is the column with the record's id."""
    return f"""
       (SELECT json_group_array(shown.file_id ORDER BY shown.place)
          FROM {kind}_pictures shown
          JOIN files pf ON pf.workspace_id = shown.workspace_id AND pf.id = shown.file_id
         WHERE shown.workspace_id = :workspace_id AND shown.{kind}_id = {record_id}
           AND pf.deleted_at IS NULL) AS picture_ids
    """


def store_pictures(tx: Transaction, kind: Pictured, record_id: int, file_ids: Sequence[int]) -> None:
    """In this order, in place of those that there were."""
    tx.run(
        f"DELETE FROM {kind}_pictures WHERE workspace_id = :workspace_id AND {kind}_id = :record_id",
        record_id=record_id,
    )
    for place, file_id in enumerate(file_ids):
        tx.run(
            f"""
            INSERT INTO {kind}_pictures (workspace_id, {kind}_id, place, file_id)
            VALUES (:workspace_id, :record_id, :place, :file_id)
            """,
            record_id=record_id,
            place=place,
            file_id=file_id,
        )


def check_pictures(tx: Transaction, kind: Pictured, record_id: int, file_ids: Sequence[int]) -> None:
    """Raises Invalid naming `picture_ids` unless they are pictures among the files of the record."""
    if len(set(file_ids)) != len(file_ids):
        raise Invalid.field("picture_ids", "has one picture twice")
    rows = tx.all(
        """
        SELECT id
          FROM files
         WHERE workspace_id = :workspace_id
           AND subject = :kind
           AND subject_id = :record_id
           AND purpose = 'attachment'
           AND deleted_at IS NULL
           AND width IS NOT NULL
        """,
        kind=kind,
        record_id=record_id,
    )
    if not set(file_ids) <= {row["id"] for row in rows}:
        raise Invalid.field("picture_ids", OF_OTHERS[kind])
