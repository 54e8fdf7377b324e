"""The fields of a web form, for pages and API."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo

from crm.clients.consent_fields import PURPOSES, Purpose
from crm.fields import (
    STORED,
    Blank,
    Fields,
    Id,
    Line,
    Name,
    Text,
    WebAddress,
    clean_web_address,
    left_out,
    visible,
)

OWN_FIELDS = ("name", "email", "phone", "company", "job_title", "city", "message")
"""What a form can ask besides the workspace's custom fields, and files."""
FILES = "files"
"""The question that is answered with files."""
MOST_FILES = 10
LARGEST_MEGABYTES = 1024
OF_CUSTOM = re.compile(r"(client|lead)\.[a-z0-9_]{1,64}")
MOST_FIELDS = 40
MOST_OWNERS = 50
MOST_SITES = 20


FileGroup = Literal["pictures", "pdf", "text", "office"]


def _check_asked(name: str) -> str:
    if name not in {*OWN_FIELDS, FILES} and not OF_CUSTOM.fullmatch(name):
        raise ValueError("is no field that a form can ask for")
    return name


def _check_site(text: str, info: ValidationInfo) -> str:
    """An origin, as browsers send it: nothing behind the host and its port."""
    address = clean_web_address(text.lower(), stored=info.context is STORED).rstrip("/")
    if address.count("/") != 2 or any(sign in address for sign in "?#,;*'"):
        raise ValueError("must be a site such as https://www.example.org, without a path")
    return address


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _each_once(purposes: list[Purpose]) -> list[Purpose]:
    return sorted(set(purposes))


def _unique_ids(ids: list[int]) -> list[int]:
    return list(dict.fromkeys(ids))


class FileRules(Fields):
    """How many files one visitor may send, of which types, and how large each may be; never larger than
    MAX_UPLOAD_MB says.
    """

    most: int = Field(default=3, ge=1, le=MOST_FILES)
    megabytes: int = Field(default=5, ge=1, le=LARGEST_MEGABYTES)
    types: Annotated[list[FileGroup], Field(min_length=1, max_length=10), AfterValidator(_unique)] = Field(
        default=["pictures", "pdf"]
    )


class AskedField(Fields):
    """`name` is one of a client's own fields, `message`, `files`, or a custom one such as `lead.budget`.
    Without a `label` it is asked for by its usual name. `files` has the rules for the files, of that question
    alone.
    """

    name: Annotated[str, Field(max_length=80), AfterValidator(_check_asked)]
    label: Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank] = None
    required: bool = False
    files: FileRules | None = None


def _check_fields(asked: list[AskedField]) -> list[AskedField]:
    names = [field.name for field in asked]
    if len(set(names)) < len(names):
        raise ValueError("has a field more than once")
    if not {"email", "phone"} & set(names):
        raise ValueError("must ask for an e-mail address or a phone number")
    if any(field.files is not None and field.name != FILES for field in asked):
        raise ValueError("has rules for files on another question")
    return [field if field.name != FILES else _with_rules(field) for field in asked]


def _with_rules(field: AskedField) -> AskedField:
    return field.model_copy(update={"files": field.files or FileRules()})


Asked = Annotated[
    list[AskedField], Field(min_length=1, max_length=MOST_FIELDS), AfterValidator(_check_fields)
]
Site = Annotated[Line, StringConstraints(max_length=200), AfterValidator(_check_site)]
Sites = Annotated[list[Site], Field(max_length=MOST_SITES), AfterValidator(_unique)]
Owners = Annotated[list[Id], Field(max_length=MOST_OWNERS), AfterValidator(_unique_ids)]
OptionalName = Annotated[Annotated[Line, StringConstraints(max_length=200)] | None, Blank]
OptionalText = Annotated[Annotated[Text, StringConstraints(max_length=2_000)] | None, Blank]
Consent = Annotated[
    Annotated[Text, StringConstraints(max_length=1_000), AfterValidator(visible)] | None, Blank
]
Purposes = Annotated[
    list[Purpose], Field(min_length=1, max_length=2 * len(PURPOSES)), AfterValidator(_each_once)
]
FOR_SERVICE: list[Purpose] = ["service"]
OptionalAddress = Annotated[WebAddress | None, Blank]


class NewWebForm(Fields):
    """`owner_ids` get the leads by turns. `sites` may show the form in a frame or by its script. With
    `double_opt_in` nothing is made of a submission until its sender follows a link in an e-mail.
    """

    name: Name
    heading: OptionalName = None
    intro: OptionalText = None
    asked: Asked
    button: OptionalName = None
    consent_text: Consent = Field(None, description="What visitors must agree to; null for no question")
    consent_purposes: Purposes = Field(
        FOR_SERVICE,
        description="What they agree to: `service`, that they are answered; `marketing`, that they are "
        "sent offers and that advertising platforms may be told of their purchase",
    )
    thanks_text: OptionalText = None
    thanks_url: OptionalAddress = Field(None, description="The page to show afterwards, instead of the text")
    pipeline_id: Id | None = Field(None, description="Null for the default pipeline")
    owner_ids: Owners = Field(default=[])
    sites: Sites = Field(default=[])
    double_opt_in: bool = False


class WebFormChanges(Fields):
    """Some fields of a form; the others stay as they are. Nobody sees one that is not `active`."""

    name: Name = left_out()
    heading: OptionalName = left_out()
    intro: OptionalText = left_out()
    asked: Asked = left_out()
    button: OptionalName = left_out()
    consent_text: Consent = left_out()
    consent_purposes: Purposes = left_out()
    thanks_text: OptionalText = left_out()
    thanks_url: OptionalAddress = left_out()
    pipeline_id: Id | None = left_out()
    owner_ids: Owners = left_out()
    sites: Sites = left_out()
    active: bool = left_out()
    double_opt_in: bool = left_out()
