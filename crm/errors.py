"""The only exceptions that an operation raises; each door turns them into its own form."""

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MOST_PROBLEMS = 20
LONGEST_FIELD = 200
LONGEST_VALUE = 300
DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Sentence(str):
    """A refusal with values in it, `Sentence("There is no {thing}.", thing=name)`: text like any other.

    It keeps what it was made of, so that a door can say it in the reader's language.
    """

    template: str
    plural: str | None
    values: Mapping[str, object]

    def __new__(cls, template: str, /, plural: str | None = None, **values: object) -> "Sentence":
        values = {name: _shortened(value, LONGEST_VALUE) for name, value in values.items()}
        chosen = template if plural is None or values["n"] == 1 else plural
        made = super().__new__(cls, chosen.format(**values) if values else chosen)
        made.template, made.plural, made.values = template, plural, values
        return made

    @classmethod
    def counted(cls, one: str, many: str, n: int) -> "Sentence":
        """`one` for a single {n}, `many` for any other number."""
        return cls(one, plural=many, n=n)

    def filled(self, **values: object) -> "Sentence":
        return Sentence(self.template, None, **values)


@dataclass(frozen=True, slots=True)
class FieldProblem:
    field: str
    message: str


def _shortened(value: object, longest: int) -> object:
    """A value as a refusal repeats it: not a megabyte of it."""
    if isinstance(value, str) and not isinstance(value, Sentence) and len(value) > longest:
        return f"{value[:longest]}…"
    return value


class CrmError(Exception):
    """A refusal that its cause can understand: `message` is a sentence for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(CrmError):
    """The row is not there, or belongs to another workspace: both get the same answer."""


class Invalid(CrmError):
    """The input breaks a rule; `problems` names each field with its sentence: the first twenty.

    `further` is how many more there are, with those that a caller left out already.
    """

    def __init__(self, *problems: FieldProblem, further: int = 0) -> None:
        self.problems = tuple(_bounded(problem) for problem in problems[:MOST_PROBLEMS])
        self.further = further + len(problems) - len(self.problems)
        super().__init__("; ".join(f"{problem.field}: {problem.message}" for problem in self.problems))

    @classmethod
    def field(cls, name: str, message: str) -> "Invalid":
        return cls(FieldProblem(name, message))

    def renamed(self, names: Mapping[str, str]) -> "Invalid":
        """With the names that the caller gave these fields; others stay."""
        return self.reworded(lambda each: FieldProblem(names.get(each.field, each.field), each.message))

    def reworded(self, tell: Callable[[FieldProblem], FieldProblem]) -> "Invalid":
        return Invalid(*map(tell, self.problems), further=self.further)


def _bounded(problem: FieldProblem) -> FieldProblem:
    if len(problem.field) <= LONGEST_FIELD:
        return problem
    return FieldProblem(f"{problem.field[:LONGEST_FIELD]}…", problem.message)


class Conflict(CrmError):
    """The state of the data forbids it; `extra` holds JSON-able facts for the caller."""

    def __init__(self, message: str, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.extra = dict(extra or {})

    @classmethod
    def field(cls, name: str, sentence: str, said: str, **extra: object) -> "Conflict":
        """One that a single field is to blame for, of which `said` is true."""
        return cls(sentence, {"errors": [{"field": name, "message": said}], **extra})

    @property
    def problems(self) -> list[FieldProblem]:
        """The fields that it names, such as a name or address that is taken."""
        kept = self.extra.get("errors")
        return [FieldProblem(**each) for each in kept] if isinstance(kept, list) else []

    def renamed(self, names: Mapping[str, str]) -> "Conflict":
        """With the names that the caller gave these fields; others stay."""
        errors = [
            {"field": names.get(each.field, each.field), "message": each.message} for each in self.problems
        ]
        return Conflict(self.message, {**self.extra, "errors": errors} if errors else self.extra)


class Stale(Conflict):
    """The record changed since the caller read it; `extra["current"]` is the record as it is now."""

    def __init__(self, message: str, current: Mapping[str, object]) -> None:
        super().__init__(message, {"current": dict(current)})


class Merged(Conflict):
    """The record was merged into another: `into` is where it is now."""

    def __init__(self, message: str, record_id: int, into: int) -> None:
        super().__init__(message, {"merged_into": into})
        self.record_id = record_id
        self.into = into


class Forbidden(CrmError):
    """The actor is known and may not do this."""


class WrongType(CrmError):
    """What was sent is of a type that is not taken here (415)."""


class TooLarge(CrmError):
    """What was sent is over the limit (413)."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit by its name: so many in so many seconds."""

    name: str
    amount: int
    seconds: int


class TooMany(CrmError):
    """Too many attempts (429) for this quota; one after `retry_after` seconds may be let through."""

    def __init__(self, message: str, retry_after: int, quota: Quota | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.quota = quota


class Busy(CrmError):
    """The database stayed locked, or the time ran out; nothing was written and a repeat may succeed."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Full(CrmError):
    """No room is left on the disk; nothing was written."""


def system_words(error: OSError) -> str:
    """What the system said, and of which file, where it named one."""
    said = system_reason(error)
    return f"{error.filename}: {said}" if error.filename else said


def system_reason(error: OSError) -> str:
    """What the system said; not every error has words of its own."""
    return error.strerror or str(error) or type(error).__name__
