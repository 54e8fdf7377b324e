"""What the operations of all kinds share: lookup, stale check, differences."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from crm.errors import NotFound, Sentence, Stale
from crm.records.keys import tag_key

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class Versioned(Protocol):
    """A record as it is read, which is a dataclass."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...


class Deletable(Versioned, Protocol):
    @property
    def deleted_at(self) -> str | None: ...


NOT_A_FACT: Mapping[str, bool] = {"not_a_fact": True}
"""Metadata of a field of a part that only shows what another record says, such as its name."""
R = TypeVar("R")
D = TypeVar("D", bound=Deletable)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`name` is what the ledger calls such a record, `noun` what people call it. `facts` are the fields that
    people may write, `moved` others that are stored and that operations set, such as a state or a sum: the
    ledger keeps both, so that a record can be made of its entries. `known_by` is the field by which people
    know it. One that is not `dated` has no moment of its last change. A `customized` one has the values of
    custom fields, as `custom`.
    """

    name: str
    table: str
    noun: Sentence
    facts: tuple[str, ...] = ()
    known_by: str = "name"
    dated: bool = True
    customized: bool = False
    moved: tuple[str, ...] = ()


def missing(kind: Skeleton, *, in_trash: bool = False) -> NotFound:
    """The error to raise."""
    if in_trash:
        return NotFound(Sentence("There is no such {record} in the trash.", record=kind.noun))
    return NotFound(Sentence("There is no such {record}.", record=kind.noun))


def existing(kind: Skeleton, record: R | None) -> R:
    """Raises NotFound if it does not exist, or belongs to another workspace."""
    if record is None:
        raise missing(kind)
    return record


def live(kind: Skeleton, record: D | None) -> D:
    """Raises NotFound for one in the trash, too."""
    if record is None or record.deleted_at is not None:
        raise missing(kind)
    return record


def in_trash(kind: Skeleton, record: D | None) -> D:
    """Raises NotFound unless it was deleted."""
    if record is None or record.deleted_at is None:
        raise missing(kind, in_trash=True)
    return record


def refuse_stale(kind: Skeleton, record: Versioned, expected_version: int | None) -> None:
    """Raises Stale, with the record as it is now, when it is not of the version that the caller read."""
    if expected_version is not None and expected_version != record.version:
        refusal = Sentence("The {record} has changed since you read it.", record=kind.noun)
        raise Stale(refusal, as_dict(record))


def facts_of(kind: Skeleton, record: object) -> dict[str, Any]:
    """The fields that people may change, as the ledger keeps them: custom ones as `custom.key`."""
    facts = {name: _plain(getattr(record, name)) for name in kind.facts}
    if kind.customized:
        custom: Mapping[str, Any] = getattr(record, "custom")  # noqa: B009 - no record has to have it
        facts |= {f"custom.{key}": value for key, value in custom.items()}
    return facts


def moved_facts(kind: Skeleton, record: object) -> dict[str, Any]:
    """What operations have set of it."""
    return {name: _plain(getattr(record, name)) for name in kind.moved}


def _plain(value: Any) -> Any:
    """Parts of a record, such as its addresses, as the ledger keeps them."""
    if isinstance(value, list) and value and is_dataclass(value[0]):
        beside = {each.name for each in fields(value[0]) if each.metadata == NOT_A_FACT}
        return [{name: said for name, said in as_dict(part).items() if name not in beside} for part in value]
    return value


def given_facts(kind: Skeleton, record: object) -> dict[str, Any]:
    """Those of a new record that are not empty: what the ledger keeps of its creation."""
    facts = facts_of(kind, record) | moved_facts(kind, record)
    return {name: value for name, value in facts.items() if value not in (None, [])}


def differing(kind: Skeleton, old: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from the record's; the order and spelling of tags do not count."""
    facts = facts_of(kind, old)
    found = {name: value for name, value in values.items() if facts[name] != value}
    if "tags" in found and set(map(tag_key, facts["tags"])) == set(map(tag_key, found["tags"])):
        del found["tags"]
    return found


def as_dict(record: Any) -> dict[str, Any]:
    plain: DataclassInstance = record
    return asdict(plain)
