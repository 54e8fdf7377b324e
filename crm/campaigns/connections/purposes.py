"""What a connection to an advertising platform is for, and what each purpose asks for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """`credentials` and `options` are names of what it asks for. One that `makes_leads` has a web form."""

    name: str
    title: str
    credentials: tuple[str, ...]
    options: tuple[str, ...] = ()
    may_lack: frozenset[str] = frozenset()
    makes_leads: bool = False


META_LEADS = Purpose("meta_leads", "Meta Lead Ads", ("app_secret", "access_token"), makes_leads=True)
META_CONVERSIONS = Purpose(
    "meta_conversions",
    "Meta Conversions API",
    ("access_token",),
    ("test_event_code",),
    may_lack=frozenset({"test_event_code"}),
)
GOOGLE_CONVERSIONS = Purpose(
    "google_conversions",
    "Google Ads conversions",
    ("client_id", "client_secret", "refresh_token", "developer_token"),
    ("conversion_action", "login_customer_id"),
    may_lack=frozenset({"login_customer_id"}),
)
PURPOSES: Mapping[str, Purpose] = {
    each.name: each for each in (META_LEADS, META_CONVERSIONS, GOOGLE_CONVERSIONS)
}
