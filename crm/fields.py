"""What the field models of all rooms share: how text is cleaned, and how a refusal reads."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import email_validator
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails

from crm.errors import FieldProblem, Invalid, Sentence

# The library's own switch: addresses of a local network ("anna@acme.local") are as good as public ones here.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

Model = TypeVar("Model", bound=BaseModel)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
# They turn the direction of the text around: pasted phone numbers have them, and names deceive by them.
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_SENTENCES = {
    "missing": Sentence("is required"),
    "extra_forbidden": Sentence("is not a known field"),
    "string_type": Sentence("must be text"),
    "model_type": Sentence("must be an object"),
    "model_attributes_type": Sentence("must be an object"),
    "dict_type": Sentence("must be an object"),
    "string_unicode": Sentence("holds characters that are not text"),
    "string_too_short": Sentence("needs at least {min_length} characters"),
    "string_too_long": Sentence("may have at most {max_length} characters"),
    "literal_error": Sentence("must be {expected}"),
    "list_type": Sentence("must be a list"),
    "bool_type": Sentence("must be true or false"),
    "bool_parsing": Sentence("must be true or false"),
    "int_type": Sentence("must be a whole number"),
    "int_parsing": Sentence("must be a whole number"),
    "int_from_float": Sentence("must be a whole number"),
    "greater_than_equal": Sentence("must be at least {ge}"),
    "less_than_equal": Sentence("may be at most {le}"),
    "timezone_aware": Sentence("must tell its time zone, as 2026-11-21T07:39:11Z does"),
    "datetime_parsing": Sentence("must be a time such as 2026-11-21T07:39:11Z"),
    "datetime_from_date_parsing": Sentence("must be a time such as 2026-11-21T07:39:11Z"),
    "union_tag_invalid": Sentence("must be one of {expected_tags}"),
    "union_tag_not_found": Sentence("is required"),
}
_BREAKS = re.compile(r"[\t\n\r]")


class Fields(BaseModel):
    """Strict input: no coercion, no unknown field."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


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


def refusal_of(error: ValidationError) -> Invalid:
    """A model's objections, each with the path of its field (`tags.3`), or `body` for the whole."""
    details = error.errors(include_url=False, include_input=False)
    return Invalid(*(FieldProblem(_path(each), _sentence(each)) for each in details))


def name_key(text: str) -> str:
    """What two spellings of one name share, for keys that must be unique to the eye."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _path(problem: ErrorDetails) -> str:
    place = [str(step) for step in problem["loc"]]
    if problem["type"].startswith("union_tag"):
        place.append(problem["ctx"]["discriminator"].strip("'"))
    return ".".join(place) or "body"


def _sentence(problem: ErrorDetails) -> str:
    bounds = problem.get("ctx", {})
    if problem["type"] in {"string_too_short", "too_short"} and bounds["min_length"] == 1:
        return _SENTENCES["missing"]
    if problem["type"] == "too_long":
        of_list = bounds["field_type"] == "List"
        many = Sentence("may have at most {max_length} entries") if of_list else _SENTENCES["string_too_long"]
        return many.filled(**bounds)
    known = _SENTENCES.get(problem["type"])
    if known is not None:
        return known.filled(**bounds) if bounds else known
    told = bounds["error"].args[0] if problem["type"] == "value_error" else None
    if isinstance(told, Sentence):
        return told
    message = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:]


def _clean_text(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise ValueError("holds control characters")
    return unicodedata.normalize("NFC", text).strip()


def _clean_line(text: str) -> str:
    if _BREAKS.search(text.strip()):
        raise ValueError("must stand on one line")
    return _clean_text(_TURNS.sub("", text))


def _clean_email(text: str) -> str:
    """Lower-cased, without asking the network."""
    try:
        found = email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError:
        raise ValueError("is not an e-mail address") from None
    if "." not in found.domain and found.domain != "localhost":
        raise ValueError("is not an e-mail address")
    return found.normalized.lower()


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("is required")
    return text


Line = Annotated[str, AfterValidator(_clean_line)]
"""One line of text, in NFC, without blanks around it or turns of direction; may be empty."""

Text = Annotated[str, AfterValidator(_clean_text)]
"""Text of many lines, in NFC, without blanks around it; may be empty."""

Name = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(_clean_line), AfterValidator(_not_empty)
]
Email = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_clean_line), AfterValidator(_clean_email)
]
