"""A web form as it is read."""

from dataclasses import dataclass
from typing import Any

import orjson

from crm.clients.consent_fields import Purpose
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction
from crm.errors import NotFound, Sentence
from crm.leads.inquiring import Agreed
from crm.records.skeleton import Skeleton, in_trash, live
from crm.web_forms.fields import FILES, FileGroup

FACTS = (
    "name", "heading", "intro", "asked", "button", "consent_text", "consent_purposes", "thanks_text",
    "thanks_url", "pipeline_id", "owner_ids", "sites", "active", "double_opt_in",
)  # fmt: skip
WEB_FORM_RECORD = Skeleton("web_form", "web_forms", Sentence("form"), facts=FACTS)
LISTS = ("asked", "consent_purposes", "owner_ids", "sites")
FLAGS = ("active", "double_opt_in")
CLOSED = "This form does not exist any more."
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class AskedFiles:
    """See `FileRules`."""

    most: int
    megabytes: int
    types: list[FileGroup]


@dataclass(frozen=True)
class Question:
    """A field that the form asks for: see `AskedField`."""

    name: str
    label: str | None
    required: bool
    files: AskedFiles | None = None


@dataclass(frozen=True)
class WebForm:
    """`token` is the end of its public address. `to_look_at` counts the submissions that are suspicious or
    failed, at most 1,000.
    """

    id: int
    name: str
    token: str
    heading: str | None
    intro: str | None
    asked: list[Question]
    button: str | None
    consent_text: str | None
    consent_purposes: list[Purpose]
    thanks_text: str | None
    thanks_url: str | None
    pipeline_id: int | None
    owner_ids: list[int]
    sites: list[str]
    active: bool
    double_opt_in: bool
    to_look_at: int
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None

    def asks(self, name: str) -> bool:
        """Whether each visitor has to give it."""
        return any(question.name == name and question.required for question in self.asked)

    @property
    def agreed(self) -> Agreed | None:
        """What visitors agree to; None where they are not asked."""
        return None if self.consent_text is None else Agreed(self.consent_text, self.consent_purposes)

    @property
    def files(self) -> AskedFiles | None:
        """The rules for the files that it asks for; None where it asks for none."""
        return next((question.files for question in self.asked if question.name == FILES), None)


SHOWN = f"""
    SELECT f.id, f.name, f.token, f.heading, f.intro, f.asked, f.button, f.consent_text, f.consent_purposes,
           f.thanks_text, f.thanks_url, f.pipeline_id, f.owner_ids, f.sites, f.active, f.double_opt_in,
           (SELECT count(*)
              FROM (SELECT s.id
                      FROM web_form_submissions s
                     WHERE s.workspace_id = f.workspace_id
                       AND s.form_id = f.id
                       AND s.state IN ('suspicious', 'failed')
                     LIMIT {MOST_COUNTED}) few) AS to_look_at,
           f.version, f.created_at, f.updated_at, f.deleted_at
      FROM web_forms f
     WHERE f.workspace_id = :workspace_id
"""


def list_web_forms(tx: Transaction, *, deleted: bool = False) -> list[WebForm]:
    """All of the workspace, the newest first."""
    which = "IS NOT NULL" if deleted else "IS NULL"
    return [_web_form(row) for row in tx.all(f"{SHOWN} AND f.deleted_at {which} ORDER BY f.id DESC")]


def find_web_form(tx: Transaction, form_id: int) -> WebForm | None:
    row = tx.one(f"{SHOWN} AND f.id = :form_id", form_id=form_id)
    return _web_form(row) if row else None


def get_web_form(tx: Transaction, form_id: int) -> WebForm:
    """Raises NotFound."""
    return live(WEB_FORM_RECORD, find_web_form(tx, form_id))


def get_deleted_web_form(tx: Transaction, form_id: int) -> WebForm:
    """Raises NotFound unless it is in the trash."""
    return in_trash(WEB_FORM_RECORD, find_web_form(tx, form_id))


def open_web_form(tx: Transaction, token: str) -> tuple[Transaction, WebForm]:
    """With a transaction in the name of its workspace. `tx` is of SYSTEM. Raises NotFound, also for a form
    that is switched off.
    """
    row = tx.one(
        """
        SELECT id, workspace_id
          FROM web_forms
         WHERE token = :token
           AND active = 1
           AND deleted_at IS NULL
        """,
        token=token,
    )
    if row is None:
        raise NotFound(CLOSED)
    inside = tx.acting_as(Actor(row["workspace_id"], None, tx.actor.request_id))
    return inside, get_web_form(inside, row["id"])


def _web_form(row: Row) -> WebForm:
    lists = {name: orjson.loads(row[name]) for name in LISTS}
    lists["asked"] = [_question(**each) for each in lists["asked"]]
    return WebForm(**{**row, **lists, **{name: bool(row[name]) for name in FLAGS}})


def _question(*, files: dict[str, Any] | None = None, **asked: Any) -> Question:
    return Question(**asked, files=AskedFiles(**files) if files is not None else None)
