"""The choices of a list's filters, and the names of chosen values."""

from collections.abc import Sequence
from typing import Any, Literal

from flask_babel import gettext as _

from crm.campaigns.choices import chosen_campaign, name_of_ad
from crm.clients.countries import list_countries
from crm.clients.filters import ClientFilter
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.leads.filters import BoardFilter, LeadFilter
from crm.leads.lead_types import list_lead_types
from crm.leads.pipeline import Pipeline
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.kinds.known import known_words
from crm.web.words.choices import owner_choices
from crm.web.words.countries import countries
from crm.web.words.leads import STATUSES, type_word

Choices = dict[str, list[tuple[Any, str]]]


def client_choices(tx: Transaction, wanted: ClientFilter) -> Choices:
    values = known_words().values
    return {
        "status": [(name, str(values[name])) for name in ("active", "prospect", "inactive")],
        "kind": [(name, str(values[name])) for name in ("person", "company")],
        "owner_id": [*owner_choices(tx, wanted.owner_id)],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "client")],
        "country": _countries({*list_countries(tx), wanted.country}),
        "company_id": _named(tx, wanted.company_id),
    }


def lead_choices(tx: Transaction, wanted: BoardFilter, pipelines: Sequence[Pipeline]) -> Choices:
    """`pipelines` are those that are not archived."""
    return {
        "status": [("open", str(_("Open"))), *((name, str(text)) for name, text in STATUSES.items())],
        "pipeline_id": [(pipeline.id, pipeline.name) for pipeline in pipelines],
        "stage_id": [(stage.id, stage.name) for pipeline in pipelines for stage in pipeline.stages],
        "owner_id": [*owner_choices(tx, wanted.owner_id)],
        "type": [(name, str(type_word(name))) for name in list_lead_types(tx)],
        "tag": [(tag.name, tag.name) for tag in list_tags(tx, "lead")],
        "client_id": _named(tx, wanted.client_id),
        **_by_campaign(tx, wanted),
    }


def _by_campaign(tx: Transaction, wanted: BoardFilter) -> Choices:
    """Only what is chosen of campaigns and ads. A board has none of these filters."""
    if not isinstance(wanted, LeadFilter):
        return {}
    chosen = chosen_campaign(tx, wanted.campaign_id) if wanted.campaign_id else []
    return {
        "campaign_id": [each[:2] for each in chosen],
        "ad_id": _of_ads(tx, "ads", wanted.ad_id),
        "ad_set_id": _of_ads(tx, "ad_sets", wanted.ad_set_id),
    }


def _of_ads(tx: Transaction, table: Literal["ads", "ad_sets"], row_id: int | None) -> list[tuple[Any, str]]:
    """The one with this id; 0 is none that is known."""
    if row_id is None:
        return []
    return [(row_id, name_of_ad(tx, table, row_id) if row_id else str(_("Not known")))]


def _countries(codes: set[str | None]) -> list[tuple[Any, str]]:
    """Only where clients are, and the chosen one: among 250 nobody finds these."""
    return [(code, name) for code, name in countries() if code in codes]


def _named(tx: Transaction, client_id: int | None) -> list[tuple[Any, str]]:
    """Only the chosen client: pickers find the others."""
    return [*name_records(tx, CLIENT, [client_id]).items()] if client_id else []
