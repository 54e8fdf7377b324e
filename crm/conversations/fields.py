"""Field types that several models of this room share."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from crm.fields import Line, Text, visible

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")


def _identifier(text: str) -> str:
    if not text:
        raise ValueError("is required")
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError("must be an id: letters, digits, '-' and '_'")
    return text


ExternalId = Annotated[Line, StringConstraints(max_length=64), AfterValidator(_identifier)]
PhoneText = Annotated[Line, AfterValidator(visible), StringConstraints(min_length=1, max_length=40)]
MessageText = Annotated[Text, AfterValidator(visible), StringConstraints(min_length=1, max_length=4_096)]
