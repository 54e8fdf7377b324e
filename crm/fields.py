"""Field types that all rooms share: cleaned text, ids, names, tags."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import email_validator
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticOmit

from crm.errors import MOST_PROBLEMS
from crm.field_refusals import refusal_of
from crm.host_names import HOST_TOO_LONG, LONGEST_LABEL, host_fits
from crm.json_bounds import MOST_VALUES
from crm.normal_forms import normalize
from crm.word_forms import same_word

# The library's own switch: addresses of a local network ("anna@acme.local") are as good as public ones here.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

Model = TypeVar("Model", bound=BaseModel)
LONGEST_TEXT = 100_000
MAX_TAGS = 50
MAX_ID = 2**63 - 1
STORED: dict[str, int] = {}
"""The context in which rows are looked at that were stored by the rules of then."""
_DIGITS = re.compile(r"[0-9]{1,18}")
# What slides, PDF files and sheets paste along with text: their line breaks, and marks without a shape.
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r" ?[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+ ?")
_BREAKS_AND_TABS = re.compile(r"(?<! ) *(?:[\t\n\r\x0b\x0c\x85\u2028\u2029] *)+")
NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
# Words of letters and digits, joined by one sign: no two hyphens in a row, by which coded domains are known.
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
)
_ZERO_WIDTH_BLANK = "\ufeff"
# They turn the direction of the text around: pasted phone numbers have them, and names deceive by them.
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


class Fields(BaseModel):
    """Strict input: no coercion, no unknown field. `most_values` bounds the keys and values of its JSON."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    most_values: ClassVar[int] = MOST_VALUES


def _until_enough(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Stop looking for problems once there are more than a refusal lists."""
    found: dict[str, int] = info.context if info.context is not None else {}
    if found.get("problems", 0) > MOST_PROBLEMS:
        raise PydanticOmit
    try:
        return handler(value)
    except ValidationError as error:
        found["problems"] = found.get("problems", 0) + error.error_count()
        raise


UntilEnough = WrapValidator(_until_enough)
"""Of the entries of a long list: a context in which `problems` are counted bounds what its refusal costs."""


def left_out(**facts: Any) -> Any:
    """The default of a field of changes: when it is not given, nothing is known of it."""
    return Field(None, json_schema_extra=_without_default, **facts)


def _without_default(schema: JsonDict) -> None:
    schema.pop("default", None)


def parse_fields(model: type[Model], given: Mapping[str, object]) -> Model:
    """The model of what was given; raises Invalid that names each field which does not fit."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refusal_of(error) from None


def whole_number(text: str) -> int | None:
    """The number of plain digits that fits the database; None for anything else (`१`, ` 1`, `1e3`)."""
    return int(text) if _DIGITS.fullmatch(text) else None


def name_key(text: str) -> str:
    """What two spellings of one name share, for keys that must be unique to the eye."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _clean_text(text: str) -> str:
    """What is too long for any field is left to its limit, which comes after this."""
    if len(text) > LONGEST_TEXT:
        return text
    if not text.isprintable() and NO_TEXT.search(text):
        raise ValueError("contains invalid characters")
    return plain_text(text)


def plain_text(text: str) -> str:
    """In NFC, its breaks as \\n, what cannot be shown as blanks, and none of these around it."""
    if not text.isprintable():
        text = _CONTROLS.sub(" ", _BREAKS.sub("\n", text.replace(_ZERO_WIDTH_BLANK, "")))
    return normalize("NFC", text).strip()


def _clean_line(text: str) -> str:
    if not text.isprintable():
        text = _BREAKS_AND_TABS.sub(" ", _TURNS.sub("", text))
    return _clean_text(text)


def clean_email(text: str) -> str:
    """Lower-cased, without asking the network. Raises ValueError."""
    # The library needs a hundred times as long, for what only a few addresses have.
    if len(text) <= LONGEST_LABEL and _PLAIN_EMAIL.fullmatch(text):
        return text.lower()
    return validated_email(text)


def validated_email(text: str) -> str:
    try:
        found = email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError:
        raise ValueError("is not an e-mail address") from None
    if "." not in found.domain and found.domain != "localhost":
        raise ValueError("is not an e-mail address")
    return found.normalized.lower()


IPV4 = 4
"""How many numbers such an address has."""


def _names_a_site(host: str) -> bool:
    """Without a scheme before it, a word or a number is no address: `Red`, `42.5`."""
    labels = host.split(".")
    return host == "localhost" or len(labels) == IPV4 or (len(labels) > 1 and not labels[-1].isdigit())


def clean_web_address(text: str, *, stored: bool = False) -> str:
    """Raises ValueError. A host that is too long is kept where it is stored already."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    fits = fits and (stored or address == text or _names_a_site(parts.hostname or ""))
    if not fits or "@" in parts.netloc or any(char.isspace() or char in '<>"\\`{}|^' for char in address):
        raise ValueError("must be a web address that begins with http:// or https://")
    if not stored and not host_fits(parts.hostname or ""):
        raise ValueError(HOST_TOO_LONG)
    return address


def _web_address(text: str, info: ValidationInfo) -> str:
    return clean_web_address(text, stored=info.context is STORED)


def visible(text: str, info: ValidationInfo) -> str:
    """A name of only blanks and invisible signs is no name; one that is stored already is kept."""
    if not has_shape(text) and not (text and info.context is STORED):
        raise ValueError("is required")
    return text


def has_shape(text: str) -> bool:
    """Whether anything of it can be seen."""
    return text.isalnum() or any(unicodedata.category(char)[0] in "LNPS" for char in text)


def _unique_tags(tags: list[str]) -> list[str]:
    unique: dict[str, str] = {}
    for tag in tags:
        unique.setdefault(same_word(tag), tag)
    return list(unique.values())


def _none_when_blank(value: object, info: ValidationInfo) -> object:
    """A form sends an empty field as empty text; nor is anything left of marks that are cleaned away."""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or info.context is STORED:
        return value
    return None if not plain_text(value) else value


Line = Annotated[str, AfterValidator(_clean_line)]
"""One line of text, in NFC, without blanks around it or turns of direction; breaks become blanks."""

Text = Annotated[str, AfterValidator(_clean_text)]
"""Text of many lines, which end in \\n, in NFC, without blanks around it; may be empty."""

Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean_line), AfterValidator(visible)]
Email = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_clean_line), AfterValidator(clean_email)
]
WebAddress = Annotated[Line, StringConstraints(max_length=500), AfterValidator(_web_address)]

Blank = BeforeValidator(_none_when_blank)
ShortLine = Annotated[Annotated[Line, StringConstraints(max_length=100)] | None, Blank]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]
Tag = Annotated[Line, StringConstraints(max_length=50), AfterValidator(visible)]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_unique_tags)]
