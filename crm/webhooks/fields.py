"""The fields of a webhook, for pages and API."""

from typing import Annotated

from pydantic import AfterValidator, Field

from crm.activity.verbs import OF_THE_BUSINESS, USUAL
from crm.fields import Fields, Name, WebAddress, left_out

VERBS = USUAL | frozenset(OF_THE_BUSINESS)
MOST_CHOSEN = 100
LONGEST_OVERLAP = 168
"""Hours for which a replaced secret can still sign beside the new one."""


def _check_verb(text: str) -> str:
    if text not in VERBS:
        raise ValueError("is no verb of the history, such as created or changed")
    return text


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


KindName = Annotated[str, Field(max_length=40)]
Verb = Annotated[str, Field(max_length=40), AfterValidator(_check_verb)]
Kinds = Annotated[list[KindName], Field(min_length=1, max_length=MOST_CHOSEN), AfterValidator(_unique)] | None
Verbs = Annotated[list[Verb], Field(min_length=1, max_length=MOST_CHOSEN), AfterValidator(_unique)] | None


class NewWebhook(Fields):
    """`kinds` are the kinds of record whose changes are sent, `verbs` what happened to them: null for all."""

    name: Name
    url: WebAddress
    kinds: Kinds = None
    verbs: Verbs = None


class WebhookChanges(Fields):
    """While `active` is false nothing is sent. Set to true together with `catch_up`, it sends what happened
    meanwhile; without, it starts with what comes. What waited already is sent in any case.
    """

    name: Name = left_out()
    url: WebAddress = left_out()
    kinds: Kinds = left_out()
    verbs: Verbs = left_out()
    active: bool = left_out()
    catch_up: bool = False


class SecretRotation(Fields):
    """For `overlap_hours` the former secret signs, too, so that receivers can learn the new one meanwhile."""

    overlap_hours: int = Field(24, ge=0, le=LONGEST_OVERLAP)
