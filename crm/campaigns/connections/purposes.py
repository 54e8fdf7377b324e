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
PURPOSES: Mapping[str, Purpose] = {each.name: each for each in (META_LEADS,)}
