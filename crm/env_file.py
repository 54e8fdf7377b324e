"""The file `.env`: one setting a line, in the grammar that all its readers share.

Compose reads the same file by a reader of its own. What its versions and this one would not take for the same
value is refused here with the file, the line and the reason; no message shows a value.
README.md has the rules.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from crm.errors import CrmError

COMPOSE_NAMES = frozenset(
    {
        "BASE_IMAGE", "CLUSTER_BIND", "CLUSTER_PORT", "DOMAIN",
        "HOLDFAST_BIND", "HOLDFAST_PORT", "HOLDFAST_VERSION", "HTTPS_PORT", "HTTP_PORT",
        "LITESTREAM_ACCESS_KEY_ID", "LITESTREAM_SECRET_ACCESS_KEY", "LITESTREAM_URL",
    }
)  # fmt: skip
OTHERS = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PATH", "HOME", "TMPDIR", "TZ", "LANG"})
CLOSE, VERY_CLOSE = 0.75, 0.85
_ASSIGNMENT = re.compile(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*(?P<value>.*)")
_REFERENCE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")
_UNCLEAR_DOLLAR = re.compile(r"\$[A-Za-z_{$]")
_COMMENT = re.compile(r"[ \t]+#")
_AFTER_QUOTE = re.compile(r"[ \t]*|[ \t]+#.*")
_ESCAPED = re.compile(r'\\(["\\])')
_DOUBLE_QUOTED = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"(?P<rest>.*)')
_SINGLE_QUOTED = re.compile(r"'(?P<text>[^']*)'(?P<rest>.*)")
_TYPOGRAPHIC = "“”„‟‘’‚«»"
_SECRET = re.compile(r"PASS|SECRET|TOKEN|KEY")


class EnvFileError(CrmError):
    """The message names the file, the line and the reason, and never a value."""


class _Unclear(Exception):
    """Why a line cannot be read as meant."""


class _Elsewhere(dict[str, str]):
    """The variables of another machine: each may be set there."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return ""


def read_env_file(
    path: Path, settings: Collection[str], environment: Mapping[str, str] | None
) -> dict[str, str]:
    """The values by their names. `settings` are the names that are known; raises EnvFileError.

    Without an environment each line is looked at alone: what it takes from variables is not known here.
    """
    values: dict[str, str] = {}
    for number, line in _lines(path):
        try:
            pair = _read_line(line, values, environment)
            if pair is not None:
                _check_name(pair[0], settings)
                values[pair[0]] = pair[1]
        except _Unclear as reason:
            raise EnvFileError(f"{path}, line {number}: {reason}") from None
    return values


def close_to(name: str, names: Collection[str], least: float = CLOSE) -> str | None:
    """The known name that an unknown one was probably meant for."""
    if name in names or name in OTHERS:
        return None
    return next(iter(difflib.get_close_matches(name.upper(), names, 1, least)), None)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise EnvFileError(f"{str(path)!r} cannot be read; expected a readable text file in UTF-8.") from None
    for number, line in enumerate(text.split("\n"), start=1):
        yield number, line.removesuffix("\r").strip(" \t")


def _read_line(
    line: str, values: Mapping[str, str], environment: Mapping[str, str] | None
) -> tuple[str, str] | None:
    if not line or line.startswith("#"):
        return None
    if not line.replace("\t", " ").isprintable():
        raise _Unclear("it holds a character that is not visible; write it anew by hand.")
    found = _ASSIGNMENT.fullmatch(line)
    if found is None:
        raise _Unclear("it is no setting; expected NAME=value, or # at the beginning of a comment.")
    name, value = found["name"], found["value"]
    if environment is None:
        return name, _value(name, value, _Elsewhere(values), ())
    return name, _value(name, value, {**environment, **values}, _ambiguous(values, environment))


def _ambiguous(values: Mapping[str, str], environment: Mapping[str, str]) -> set[str]:
    return {name for name in values.keys() & environment.keys() if values[name] != environment[name]}


def _value(name: str, written: str, known: Mapping[str, str], ambiguous: Collection[str]) -> str:
    if written.startswith("'"):
        return _single_quoted(name, written)
    text = _double_quoted(name, written) if written.startswith('"') else _unquoted(name, written)
    return _REFERENCE.sub(lambda found: _referred(found["name"], known, ambiguous), text)


def _single_quoted(name: str, written: str) -> str:
    text = _inside(name, _SINGLE_QUOTED.fullmatch(written))
    if "\\\\" in text or text.endswith("\\"):
        raise _Unclear(
            f"the value of {name} has a backslash that not all readers take alike; "
            "use double quotes, and \\\\ for each."
        )
    return text


def _double_quoted(name: str, written: str) -> str:
    text = _inside(name, _DOUBLE_QUOTED.fullmatch(written))
    _check_dollars(name, text)
    if "\\" in _ESCAPED.sub("", text):
        raise _Unclear(
            f'in double quotes a backslash stands before " or \\ only: use \\\\ in the value of {name}.'
        )
    return _ESCAPED.sub(r"\1", text)


def _inside(name: str, found: re.Match[str] | None) -> str:
    if found is None:
        raise _Unclear(f"the quote before the value of {name} is not closed on this line.")
    if not _AFTER_QUOTE.fullmatch(found["rest"]):
        raise _Unclear(f"something follows the closing quote of the value of {name}.")
    return found["text"]


def _unquoted(name: str, written: str) -> str:
    _check_dollars(name, written)
    if written.startswith("#"):
        raise _Unclear(
            f"the value of {name} begins with #; put it in quotes, or the comment on a line of its own."
        )
    if written[:1] and written[0] in _TYPOGRAPHIC:
        raise _Unclear(f"the value of {name} begins with a typographic quote; use \" or '.")
    if "\t" in _COMMENT.split(written)[0] or "\t#" in written:
        raise _Unclear(f"the value of {name} holds a tab; put it in quotes, or use blanks.")
    comment = _COMMENT.search(written)
    if comment is None:
        return written
    if _SECRET.search(name) or written[comment.end() :][:1].strip():
        raise _Unclear(
            f"in the value of {name} a # follows a blank, which begins a comment: the rest would be cut off. "
            "Put the value in quotes, or the comment on a line of its own."
        )
    return written[: comment.start()]


def _check_dollars(name: str, written: str) -> None:
    if "\\$" in written or _UNCLEAR_DOLLAR.search(_REFERENCE.sub("x", written)):
        raise _Unclear(
            f"the value of {name} has a $ that not all readers take alike; put the value in single quotes, "
            "or write ${NAME} for another variable."
        )


def _referred(name: str, known: Mapping[str, str], ambiguous: Collection[str]) -> str:
    if name in ambiguous:
        raise _Unclear(
            f"${{{name}}} has one value in the file and another in the environment; write the value itself."
        )
    if name not in known:
        raise _Unclear(f"${{{name}}} is not set; put the value in single quotes if it is meant as it stands.")
    return known[name]


def _check_name(name: str, settings: Collection[str]) -> None:
    known = {*settings, *COMPOSE_NAMES}
    if name in known or name in OTHERS:
        return
    if name.upper() in known:
        raise _Unclear(f"{name} is not read; write it in capitals, {name.upper()}.")
    meant = close_to(name, settings) or close_to(name, COMPOSE_NAMES, VERY_CLOSE)
    if meant:
        raise _Unclear(
            f"there is no setting {name}; did you mean {meant}? "
            "What is for another program belongs into a file of its own."
        )
