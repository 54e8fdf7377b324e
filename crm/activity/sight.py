"""Who sees which entries of the ledger, and which of their values.

Every way to an entry asks here: lists and their filters, CSV, timelines, home, my day, undo. Each kind of
record says it of its own (`crm/records/kind.py`); what no kind names is for owners and admins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, cast

from crm.activity.verbs import all_words
from crm.db.transaction import Row, Transaction

Audience = Literal["everyone", "admins", "person", "person_or_admins", "doer", "viewers"]
"""`person`: whom the entry is about. `doer`: who did it. `viewers`: those who see the record."""

ADMINS = frozenset({"owner", "admin"})


@dataclass(frozen=True, slots=True)
class Sight:
    """`entries`: who sees that it happened; `facts`: who of these sees before and after; `single`: of some
    facts, who sees them.
    """

    entries: Audience = "everyone"
    facts: Audience = "everyone"
    single: Mapping[str, Audience] = field(default_factory=dict)


OPEN = Sight()
MANAGED = Sight("admins", "admins")
PERSONAL = Sight("person_or_admins", "person")

RECOVERED = ".recovered"
NOBODY = 0


@dataclass(frozen=True)
class Sights:
    """By the kind of record, and by the action where that has a sight of its own.

    `seen` has the table of each kind of which not everybody sees all records, and what makes of an alias the
    condition that one sees the row.
    """

    kinds: Mapping[str, Sight]
    actions: Mapping[str, Sight]
    seen: Mapping[str, tuple[str, Callable[[str], str]]] = field(default_factory=dict)

    def of(self, action: str, entity: str) -> Sight:
        return self.actions.get(action) or self.kinds.get(entity, MANAGED)

    @cached_property
    def for_admins(self) -> str:
        """The condition of the entries that owners and admins see."""
        return " AND ".join(["1 = 1", *self._of_seen_records()])

    @cached_property
    def for_others(self) -> str:
        kinds, actions = self.kinds, self.actions
        rules = f"""
       (a.entity IN ({_named(kinds, "everyone")})
        AND a.action NOT IN ({_named(actions, "admins", "person_or_admins")}))
    OR (a.subject = 'user' AND a.subject_id = :actor_id
        AND (a.entity IN ({_named(kinds, "person_or_admins")})
             OR a.action IN ({_named(actions, "person_or_admins")})))
    OR a.entity IN ({_named(kinds, "viewers")})
"""
        return " AND ".join([f"({rules})", *self._of_seen_records()])

    def _of_seen_records(self) -> list[str]:
        """An entry is about a record and on the timeline of another: the reader must see both."""
        return [
            f"""
    (a.{who} <> '{kind}' OR EXISTS (SELECT 1
                                      FROM {table} seen
                                     WHERE seen.workspace_id = :workspace_id
                                       AND seen.id = a.{who}_id
                                       AND {condition("seen")}))"""
            for kind, (table, condition) in self.seen.items()
            for who in ("entity", "subject")
        ]


NONE = Sights({}, {})


class KnowsSights(Protocol):
    """What transactions carry: see `crm/records/kinds.py`."""

    @property
    def sights(self) -> Sights: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """`user_id` is None for the server itself and its console, which see all."""

    user_id: int | None
    is_admin: bool
    sights: Sights

    @property
    def condition(self) -> str:
        """The condition on an entry `a`. It is wrapped in a CASE so that other filters choose the index."""
        if self.user_id is None:
            return ""
        seen = self.sights.for_admins if self.is_admin else self.sights.for_others
        return f"AND CASE WHEN {seen} THEN 1 ELSE 0 END = 1"

    def facts(self, entry: Row, facts: dict[str, Any] | None) -> dict[str, Any] | None:
        """The facts of `before` or `after` that the reader may see."""
        if facts is None or self.user_id is None:
            return facts
        sight = self.sights.of(entry["action"], entry["entity"])
        if entry["action"].endswith(RECOVERED) and not self.is_admin:
            return None
        if not self._is_among(sight.facts, entry, facts):
            return None
        hidden = [name for name, who in sight.single.items() if not self._is_among(who, entry, facts)]
        return {name: value for name, value in facts.items() if name not in hidden}

    def _is_among(self, audience: Audience, entry: Row, facts: Mapping[str, Any]) -> bool:
        did_it: bool = entry["actor_id"] == self.user_id
        about_me = (entry["subject"], entry["subject_id"]) == ("user", self.user_id)
        among: dict[Audience, bool] = {
            "everyone": True,
            "admins": self.is_admin,
            "person": about_me,
            "person_or_admins": about_me or self.is_admin,
            "doer": did_it,
            "viewers": did_it or facts.get("shared") is True,
        }
        return among[audience]


def reader_of(tx: Transaction) -> Reader:
    if tx.actor.user_id is None:
        return Reader(None, is_admin=True, sights=NONE)
    role = tx.value("SELECT role FROM users WHERE workspace_id = :workspace_id AND id = :actor_id")
    sights = cast(KnowsSights, tx.carried).sights
    return Reader(tx.actor.user_id, is_admin=role in ADMINS, sights=sights)


def reader_for_all_admins(tx: Transaction) -> Reader:
    """Sees what every owner and admin sees, and nothing that is for one person: for what leaves the house."""
    return Reader(NOBODY, is_admin=True, sights=cast(KnowsSights, tx.carried).sights)


def _named(names: Mapping[str, Sight], *audiences: Audience) -> str:
    """As SQL lists them, in all words that they have: names of ours alone, never what somebody sent."""
    named = (name for name, sight in names.items() if sight.entries in audiences)
    return ", ".join(f"'{word}'" for name in named for word in all_words(name)) or "''"
