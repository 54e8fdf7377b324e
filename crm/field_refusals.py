"""The sentences of field errors."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crm.errors import MOST_PROBLEMS, FieldProblem, Invalid, Sentence

# What the library puts behind the name of a key that it objects to.
KEY = "[key]"
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
    "string_unicode": Sentence("contains invalid characters"),
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
    "timezone_aware": Sentence("needs a time zone, as in 2026-11-21T07:39:11Z"),
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
    "int_parsing_size": Sentence("is too large"),
    "decimal_max_places": Sentence("may have at most {decimal_places} decimal places"),
    "decimal_max_digits": Sentence("may have at most {max_digits} digits"),
    "decimal_whole_digits": Sentence("may have at most {whole_digits} digits before the decimal point"),
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


def refusal_of(error: ValidationError) -> Invalid:
    """A model's objections, each with the path of its field (`tags.3`), or `body` for the whole."""
    details = error.errors(include_url=False, include_input=False)
    problems = (FieldProblem(_path(each), _sentence(each)) for each in details[:MOST_PROBLEMS])
    return Invalid(*problems, further=max(0, len(details) - MOST_PROBLEMS))


def _path(problem: ErrorDetails) -> str:
    place = [str(step) for step in problem["loc"] if step != KEY]
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
    if problem["type"] != "value_error":
        return _NOT_VALID
    refusal: str = bounds["error"].args[0]
    return refusal
