"""Fetching the templates that WhatsApp approved; those typed by hand are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.activity import activity
from crm.conversations.templates.fields import TemplateFields
from crm.conversations.templates.templates import columns_of, remove_template, template_facts
from crm.db.transaction import Row, Transaction


@dataclass(frozen=True, slots=True)
class TemplatesTaken:
    """How many came, changed and went; `left_out` are approved ones that cannot be filled from here."""

    added: int
    changed: int
    removed: int
    left_out: int


def take_templates(
    tx: Transaction, account_id: str, approved: Sequence[TemplateFields], left_out: int
) -> TemplatesTaken:
    """The account's templates become these; one typed by hand of the same name becomes the account's."""
    before = {(row["name"], row["language"]): row for row in _known(tx)}
    outcomes = [
        _take(tx, account_id, each, before.pop((each.name, each.language), None)) for each in approved
    ]
    gone = [row for row in before.values() if row["account_id"] == account_id]
    for row in gone:
        remove_template(tx, row["id"])
    return TemplatesTaken(outcomes.count("added"), outcomes.count("changed"), len(gone), left_out)


def _take(tx: Transaction, account_id: str, fields: TemplateFields, old: Row | None) -> str:
    """Whether it was added, changed or kept."""
    template_id = tx.value(
        """
        INSERT INTO message_templates (workspace_id, name, language, body, header, header_media, links,
                                       category, account_id, created_at)
        VALUES (:workspace_id, :name, :language, :body, :header, :header_media, :links,
                :category, :account_id, :now)
            ON CONFLICT (workspace_id, name, language) WHERE deleted_at IS NULL
            DO UPDATE SET body = excluded.body, header = excluded.header, links = excluded.links,
                          header_media = excluded.header_media, account_id = excluded.account_id,
                          category = excluded.category, status = 'approved', problem = NULL,
                          version = message_templates.version + 1
        RETURNING id
        """,
        account_id=account_id,
        **columns_of(fields),
    )
    known = {name: old[name] for name in columns_of(fields)} if old else {}
    if known == columns_of(fields):
        return "kept"
    what = "changed" if old else "added"
    before = {"body": old["body"]} if old else None
    action = "template.changed" if old else "template.created"
    activity.record(tx, action, "template", template_id, before=before, after=template_facts(fields))
    return what


def _known(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT id, name, language, body, header, header_media, links, category, account_id
          FROM message_templates
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
        """
    )
