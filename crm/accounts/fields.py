"""The fields of workspaces, users and credentials, for pages and API."""

import zoneinfo
from datetime import timedelta
from functools import cache
from typing import Annotated

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema

from crm.accounts.permissions import Role, UserScope
from crm.fields import Email, Fields, Name, left_out
from crm.locales import canonical_tag, locale_tags
from crm.money import Currency, CurrentCurrency
from crm.setting_types import check_public_url

SHORT_NAME = 100
TOKEN_DAYS = 90
LONGEST_TOKEN_DAYS = 3_650
INVITATION_LIFE = timedelta(days=7)
MAXIMUM_SECRET = 4_096
LONGEST_URL = 300


@cache
def timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime"})


def countries() -> frozenset[str]:
    """ISO 3166 codes of places that have telephone numbers."""
    return frozenset(SUPPORTED_REGIONS)


def _check_timezone(text: str) -> str:
    if text not in timezones():
        raise ValueError("is not a time zone such as Europe/Berlin")
    return text


def _check_language(text: str) -> str:
    if text not in locale_tags():
        raise ValueError("is not a language tag such as en or pt-BR")
    return text


def _check_locale(text: str) -> str:
    tag = canonical_tag(text)
    if tag is None:
        raise ValueError("is not a locale such as de-DE or en-GB")
    return tag


def _check_country(text: str) -> str:
    if text.upper() not in countries():
        raise ValueError("is not a country code such as DE (ISO 3166)")
    return text.upper()


def _check_public_url(text: str) -> str | None:
    """None for a blank, as a form sends it."""
    if not text.strip():
        return None
    try:
        return check_public_url(text)
    except ValueError:
        raise ValueError(
            "is not an address such as https://crm.example.org or https://example.org/crm"
        ) from None


ShortName = Annotated[Name, Field(max_length=SHORT_NAME)]
Timezone = Annotated[str, Field(max_length=SHORT_NAME), AfterValidator(_check_timezone)]
Language = Annotated[str, Field(max_length=SHORT_NAME), AfterValidator(_check_language)]
LocaleTag = Annotated[str, Field(max_length=SHORT_NAME), AfterValidator(_check_locale)]
"""Whose formats of dates, hours, numbers and money are used, such as `de-DE`; words stay English."""

Country = Annotated[str, Field(max_length=SHORT_NAME), AfterValidator(_check_country)]
PublicUrl = Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(_check_public_url)] | None
Password = Annotated[SecretStr, Field(max_length=MAXIMUM_SECRET)]
Secret = Annotated[SecretStr, Field(max_length=MAXIMUM_SECRET)]
WorkspaceRef = Annotated[
    str,
    BeforeValidator(lambda given: str(given) if type(given) is int else given),
    Field(max_length=SHORT_NAME),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": SHORT_NAME}, {"type": "integer"}]}),
]
"""A name, or an id as a number or in digits."""


class LoginFields(Fields):
    """`workspace` is a name or id: it is needed where one password is right in several workspaces."""

    email: Annotated[str, Field(max_length=MAXIMUM_SECRET)]
    password: Password
    workspace: WorkspaceRef | None = None


class SetupFields(Fields):
    workspace: ShortName
    name: ShortName
    email: Email
    password: Password
    timezone: Timezone = "UTC"
    country: Country = "US"
    currency: CurrentCurrency = "USD"
    language: Language = "en"
    locale: LocaleTag | None = None
    public_url: PublicUrl = None


class SetupRequest(SetupFields):
    """With the one-time code that the console printed."""

    code: Annotated[str, Field(max_length=SHORT_NAME)]


class WorkspaceChanges(Fields):
    """Only the fields that are given change. A currency that has ended stays where it is the workspace's.

    Without a `locale`, dates and numbers are written as 14 Mar 2027, 14:30 and 12,500.5.
    """

    name: ShortName = left_out()
    country: Country = left_out()
    currency: Currency = left_out()
    timezone: Timezone = left_out()
    language: Language = left_out()
    locale: LocaleTag | None = left_out()
    public_url: PublicUrl = left_out()
    members_import: bool = left_out(description="Whether members may import, too")
    members_export: bool = left_out(description="Whether members may export, too")
    members_merge: bool = left_out(description="Whether members may merge clients, too")
    module_desk: bool = left_out(description="Vehicles and deals; an owner switches it off or on")
    module_quotes: bool = left_out(description="Quotes and invoices; an owner switches it off or on")
    module_conversations: bool = left_out(description="The inbox; an owner switches it off or on")
    module_campaigns: bool = left_out(description="Campaigns; an owner switches it off or on")


class UserFields(Fields):
    email: Email
    name: ShortName
    role: Role
    password: Password


class UserChanges(Fields):
    """Only the fields that are given change. Another e-mail takes the current password of who asks."""

    email: Email = left_out()
    name: ShortName = left_out()
    role: Role = left_out()
    disabled: bool = left_out()
    current_password: Password | None = None


class ProfileChanges(Fields):
    """Only the fields that are given change; null in language, locale or time zone means the workspace's.

    Another e-mail is another way to log in: it takes the current password.
    """

    name: ShortName = left_out()
    email: Email = left_out()
    language: Language | None = left_out()
    locale: LocaleTag | None = left_out()
    timezone: Timezone | None = left_out()
    current_password: Password | None = None


class PasswordChange(Fields):
    """All other sessions end, and all API tokens unless `keep_tokens` is set."""

    current_password: Password
    new_password: Password
    keep_tokens: bool = False


class TokenFields(Fields):
    """A token may what its user may, unless its scope is narrower.

    It is another way to log in: who asks over the network gives the current password, also with a token.
    """

    name: ShortName
    scope: UserScope = "write"
    days: Annotated[int, Field(ge=1, le=LONGEST_TOKEN_DAYS)] = TOKEN_DAYS
    current_password: Password | None = None


class InvitationFields(Fields):
    role: Role = "member"
    email: Email | None = None


class InvitationSecret(Fields):
    token: Secret


class JoinFields(Fields):
    """`email` may be left out when the invitation names one."""

    token: Secret
    name: ShortName
    email: Email | None = None
    password: Password
