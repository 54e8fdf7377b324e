"""Read the content lines of vCards 2.1, 3.0 and 4.0: unfolded, decoded, with their parameters.

This is ours, as vobject 0.9 fails at what telephones write: `X-CUSTOM(CHARSET=…)`, folds of quoted-printable.
The sources are vCard 2.1 (versit), RFC 2426 and RFC 6350.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crm.errors import Sentence
from crm.imports.reading.sheets import unreadable

LONGEST_LINE = 8 * 1024 * 1024
_NAME = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)")
_PICTURE = re.compile(rb"(?:[A-Za-z0-9-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)
_SOFT_END = re.compile(rb"=[ \t]*$")
ESCAPES = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class Property:
    """`types` are in lower case; `value` is raw, with its escapes."""

    name: str
    value: str
    group: str = ""
    types: set[str] = field(default_factory=set)
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return unescape(self.value)

    @property
    def preferred(self) -> bool:
        return "pref" in self.types or self.parameters.get("PREF") == "1"


def properties_of(lines: Iterable[bytes]) -> Iterator[Property]:
    """Raises Invalid for a line that cannot be in a card."""
    for line in unfold(lines):
        found = _property_of(line)
        if found is not None:
            yield found


def unfold(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A line that begins with a blank continues the last one, as does one after a quoted-printable `=`."""
    whole = _Line()
    for raw in lines:
        line = raw.rstrip(b"\r\n")
        if not whole.goes_on(line):
            yield whole.content
            whole = _Line([line], len(line))
    yield whole.content


@dataclass(slots=True)
class _Line:
    """A line as it grows. Of a picture that is too large only the beginning is kept, by which it is told."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def content(self) -> bytes:
        return b"".join(self.parts)

    def goes_on(self, line: bytes) -> bool:
        """Whether it takes this one in. Raises Invalid where it becomes too long."""
        if self._is_quoted_printable and (soft := _SOFT_END.search(self.parts[-1])):
            self.parts[-1] = self.parts[-1][: soft.start()]
        elif self.size and line[:1] in (b" ", b"\t"):
            line = line[1:]
        else:
            return False
        if self.size <= LONGEST_LINE:
            self.parts.append(line)
            self.size += len(line)
        if self.size > LONGEST_LINE and not _PICTURE.match(self.parts[0]):
            raise unreadable(Sentence("has a line of more than {n} bytes", n=LONGEST_LINE))
        return True

    @property
    def _is_quoted_printable(self) -> bool:
        if not self.parts:
            return False
        start = self.parts[0] if b":" in self.parts[0] else self.content
        return b"QUOTED-PRINTABLE" in start.partition(b":")[0].upper()


def _property_of(line: bytes) -> Property | None:
    head, value = _split_head(line)
    parts = _cut(head, ";")
    name = _NAME.fullmatch(parts[0].strip())
    if name is None or value is None:
        return None
    found = Property(name[2].upper(), "", (name[1] or "").lower())
    for part in parts[1:]:
        _take_parameter(found, part)
    found.value = _decoded(value, found.parameters)
    return found


def _split_head(line: bytes) -> tuple[str, bytes | None]:
    """Split at the first colon outside quotes and brackets."""
    quoted = bracket = False
    for place, byte in enumerate(line):
        quoted ^= byte == ord('"')
        if byte in b"()":
            bracket = byte == ord("(")
        if byte == ord(":") and not quoted and not bracket:
            return line[:place].decode("utf-8", "replace"), line[place + 1 :]
    return line.decode("utf-8", "replace"), None


def _cut(text: str, sign: str) -> list[str]:
    """Split only outside quotes and brackets."""
    parts, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == '"'
        depth += (char == "(") - (char == ")")
        if char == sign and not quoted and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _take_parameter(found: Property, part: str) -> None:
    key, given, value = part.partition("=")
    if key.upper().startswith("X-CUSTOM("):
        found.parameters["LABEL"] = _custom_label(part)
    elif given and key.upper() == "TYPE":
        found.types |= {each.strip().lower() for each in value.strip('"').split(",")}
    elif given:
        found.parameters[key.strip().upper()] = value.strip('"')
    else:
        found.types.add(key.strip().lower())


def _custom_label(part: str) -> str:
    """`X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=D0=94)`, as Android writes it."""
    inside = part.partition("(")[2].rpartition(")")[0].split(",")
    parameters = dict(each.split("=", 1) for each in inside[:-1] if "=" in each)
    return _decoded(inside[-1].encode(), {key.upper(): value for key, value in parameters.items()})


def _decoded(value: bytes, parameters: dict[str, str]) -> str:
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = quopri.decodestring(value)
    try:
        return value.decode(parameters.get("CHARSET", "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return value.decode("cp1252", "replace")


def unescape(text: str) -> str:
    return ESCAPES.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def pieces(value: str, sign: str = ";") -> list[str]:
    """The parts of a structured value, without their escapes."""
    parts, escaped = [""], False
    for char in value:
        if char == sign and not escaped:
            parts.append("")
        else:
            parts[-1] += char
        escaped = char == "\\" and not escaped
    return [unescape(each) for each in parts]
