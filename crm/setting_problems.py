"""The sentence about a wrong setting; secrets are not repeated."""

import re

from pydantic import BaseModel
from pydantic_core import ErrorDetails


def problem_as_sentence(problem: ErrorDetails, model: type[BaseModel]) -> str:
    """It names the variable, what was found and what is expected."""
    if not problem["loc"]:
        return problem["msg"].removeprefix("Value error, ")
    name = str(problem["loc"][0])
    return f"{name.upper()} is {_found(name, problem['input'])}; expected {_expected(name, problem, model)}."


def _found(name: str, value: object) -> str:
    if re.search("secret|passphrase|key", name):
        return f"{len(str(value))} characters long"
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return repr(text if len(text) <= 200 else text[:200] + "…")


def _expected(name: str, problem: ErrorDetails, model: type[BaseModel]) -> str:
    if problem["type"] == "value_error":
        return problem["msg"].removeprefix("Value error, ")
    bounds = model.model_json_schema()["properties"][name]
    return f"a whole number from {bounds['minimum']} to {bounds['maximum']}"
