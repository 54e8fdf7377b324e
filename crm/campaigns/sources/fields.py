"""The fields of a source, for pages and API."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from crm.accounts.fields import Timezone
from crm.fields import Blank, Fields, Line, Name, left_out
from crm.money import Currency

PlatformName = Literal[
    "google_ads", "meta_ads", "tiktok_ads", "yandex_direct", "linkedin_ads", "ga4", "http_json"
]
SHORTEST_LOOKBACK, LONGEST_LOOKBACK = 3, 28
USUAL_LOOKBACK = 7
MOST_TEXTS = 20

CREDENTIALS = (
    "`google_ads`: client_id, client_secret, refresh_token, developer_token; `ga4`: client_id, "
    "client_secret, refresh_token; `http_json`: header_value, if there is one; the others: access_token"
)
OPTIONS = (
    "`with_ads` (not empty: ad sets and ads, too) of `google_ads`, `meta_ads`, `tiktok_ads` and "
    "`yandex_direct`; `login_customer_id` of `google_ads`. `http_json`: `url`, in which {since} and {until} "
    "become days, `header_name`, and the paths of `rows`, `next` (the address of the next page), `day`, "
    "`campaign`, `campaign_id`, `impressions`, `clicks`, `spend`, `conversions`, `conversion_value` and "
    "`currency`; it needs `url`, `day`, and `campaign` or `campaign_id`"
)


def _one_line(text: str) -> str:
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise ValueError("must be a single line without control characters")
    return text


Secret = Annotated[str, StringConstraints(max_length=4_000, strip_whitespace=True), AfterValidator(_one_line)]
Account = Annotated[Annotated[Line, StringConstraints(max_length=100)] | None, Blank]
Word = Annotated[str, StringConstraints(max_length=40)]
Option = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True), AfterValidator(_one_line)]
Secrets = Annotated[dict[Word, Secret], Field(max_length=MOST_TEXTS)]
Options = Annotated[dict[Word, Option], Field(max_length=MOST_TEXTS)]
Lookback = Annotated[int, Field(ge=SHORTEST_LOOKBACK, le=LONGEST_LOOKBACK)]


class NewSource(Fields):
    """`credentials` and `options` are those that the platform lists; credentials are never shown again."""

    platform: PlatformName
    name: Name
    account: Account = Field(default=None, description="The number of the account, as the platform shows it")
    credentials: Secrets = Field(default={}, description=CREDENTIALS)
    options: Options = Field(default={}, description=OPTIONS)
    currency: Currency | None = Field(default=None, description="Where the platform does not tell it")
    time_zone: Timezone | None = Field(default=None, description="Of the account; left out, the workspace's")
    lookback_days: Lookback = Field(
        USUAL_LOOKBACK, description="So many past days are collected again: platforms correct them"
    )
    active: bool = True


class SourceChanges(Fields):
    """Some fields of a source; a credential that is left out or empty stays as it is."""

    name: Name = left_out()
    account: Account = left_out()
    credentials: Secrets = left_out()
    options: Options = left_out()
    currency: Currency | None = left_out()
    time_zone: Timezone = left_out()
    lookback_days: Lookback = left_out()
    active: bool = left_out()
