"""What the field models of all rooms share: how text is cleaned, and how a refusal reads."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

import email_validator
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails, PydanticOmit

from crm.errors import TOLD, FieldProblem, Invalid, Sentence
from crm.json_bounds import MOST_VALUES
from crm.normal_forms import normalize

# The library's own switch: addresses of a local network ("anna@acme.local") are as good as public ones here.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

Model = TypeVar("Model", bound=BaseModel)
LONGEST_TEXT = 100_000
_DIGITS = re.compile(r"[0-9]{1,18}")
# What slides, PDF files and sheets paste along with text: their line breaks, and marks without a shape.
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r" ?[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+ ?")
_BREAKS_AND_TABS = re.compile(r"(?<! ) *(?:[\t\n\r\x0b\x0c\x85\u2028\u2029] *)+")
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_ZERO_WIDTH_BLANK = "\ufeff"
# They turn the direction of the text around: pasted phone numbers have them, and names deceive by them.
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_A_DAY = Sentence("must be a day such as 2026-11-21")
_A_TIME = Sentence("must be a time such as 2026-11-21T07:39:11Z")
_A_NUMBER = Sentence("must be a number")
_A_WEB_ADDRESS = Sentence("must be a web address that begins with http:// or https://")
_NOT_VALID = Sentence("is not valid")
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
    "datetime_parsing": _A_TIME,
    "datetime_from_date_parsing": _A_TIME,
    "date_type": _A_DAY,
    "date_parsing": _A_DAY,
    "date_from_datetime_parsing": _A_DAY,
    "date_from_datetime_inexact": _A_DAY,
    "datetime_type": _A_TIME,
    "datetime_object_invalid": _A_TIME,
    "float_type": _A_NUMBER,
    "float_parsing": _A_NUMBER,
    "finite_number": _A_NUMBER,
    "decimal_type": _A_NUMBER,
    "decimal_parsing": _A_NUMBER,
    "int_parsing_size": Sentence("is too large a number"),
    "decimal_max_places": Sentence("may have at most {decimal_places} decimal places"),
    "decimal_max_digits": Sentence("may have at most {max_digits} digits"),
    "decimal_whole_digits": Sentence("may have at most {whole_digits} digits before the decimal sign"),
    "greater_than": Sentence("must be more than {gt}"),
    "less_than": Sentence("must be less than {lt}"),
    "multiple_of": Sentence("must be a multiple of {multiple_of}"),
    "too_short": Sentence("needs at least {min_length} entries"),
    "enum": Sentence("must be {expected}"),
    "mapping_type": Sentence("must be an object"),
    "invalid_key": Sentence("has a key that is not text"),
    "none_required": Sentence("must be null"),
    "url_type": _A_WEB_ADDRESS,
    "url_parsing": _A_WEB_ADDRESS,
    "url_scheme": _A_WEB_ADDRESS,
    "json_invalid": Sentence("is not valid JSON"),
    "recursion_loop": Sentence("is nested too deeply"),
    "union_tag_invalid": Sentence("must be one of {expected_tags}"),
    "union_tag_not_found": Sentence("is required"),
}


class Fields(BaseModel):
    """Strict input: no coercion, no unknown field. `most_values` bounds the keys and values of its JSON."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    most_values: ClassVar[int] = MOST_VALUES


def _until_enough(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Once there are more problems than are told, the others are not looked for any more."""
    found: dict[str, int] = info.context if info.context is not None else {}
    if found.get("problems", 0) > TOLD:
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


def refusal_of(error: ValidationError) -> Invalid:
    """A model's objections, each with the path of its field (`tags.3`), or `body` for the whole."""
    details = error.errors(include_url=False, include_input=False)
    told = (FieldProblem(_path(each), _sentence(each)) for each in details[:TOLD])
    return Invalid(*told, further=max(0, len(details) - TOLD))


def whole_number(text: str) -> int | None:
    """What plain digits write, as far as it fits the database; None for anything else (`१`, ` 1`, `1e3`)."""
    return int(text) if _DIGITS.fullmatch(text) else None


def name_key(text: str) -> str:
    """What two spellings of one name share, for keys that must be unique to the eye."""
    return " ".join(normalize("NFKC", text).casefold().split())


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
    # What a validator of ours says; the library's own words are for programmers.
    return str(bounds["error"].args[0]) if problem["type"] == "value_error" else _NOT_VALID


def _clean_text(text: str) -> str:
    """What is too long for any field is left to its limit, which comes after this."""
    if len(text) > LONGEST_TEXT:
        return text
    if _NO_TEXT.search(text):
        raise ValueError("holds characters that are not text")
    text = _CONTROLS.sub(" ", _BREAKS.sub("\n", text.replace(_ZERO_WIDTH_BLANK, "")))
    return normalize("NFC", text).strip()


def _clean_line(text: str) -> str:
    return _clean_text(_BREAKS_AND_TABS.sub(" ", _TURNS.sub("", text)))


def clean_email(text: str) -> str:
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
"""One line of text, in NFC, without blanks around it or turns of direction; breaks become blanks."""

Text = Annotated[str, AfterValidator(_clean_text)]
"""Text of many lines, which end in \\n, in NFC, without blanks around it; may be empty."""

Name = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(_clean_line), AfterValidator(_not_empty)
]
Email = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_clean_line), AfterValidator(clean_email)
]
