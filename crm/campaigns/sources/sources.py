"""Creating, changing and deleting sources of figures, and asking for a run now."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from crm.activity import activity
from crm.campaigns.platforms.known import PLATFORMS
from crm.campaigns.sources.fields import NewSource, SourceChanges
from crm.campaigns.sources.kept_pages import forget_pages
from crm.campaigns.sources.sealed_credentials import open_credentials, seal_credentials
from crm.campaigns.sources.source import (
    NAMED_BY_PEOPLE,
    SOURCE_RECORD,
    Source,
    get_deleted_source,
    get_source,
    list_sources,
)
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.host_names import HOST_TOO_LONG, host_fits
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.records.tombstones import bury, unbury
from crm.vault import SealBroken, Vault
from crm.webhooks.addresses import Ranges, refuse_private

MOST_SOURCES = 50
NO_CAMPAIGN = "or the path of the campaign's id is required: rows without a campaign are not kept"


def create_source(tx: Transaction, vault: Vault, allowed: Ranges, fields: NewSource) -> Source:
    """It is collected soon. Raises Invalid, and Conflict where there are too many."""
    _check(allowed, fields.platform, fields.account, fields.credentials, fields.options)
    _refuse_more(tx)
    zone = fields.time_zone or str(tx.value("SELECT timezone FROM workspaces WHERE id = :workspace_id"))
    source_id = tx.insert(
        """
        INSERT INTO campaign_sources (workspace_id, platform, name, account, sealed_credentials, options,
                                      currency, time_zone, lookback_days, active, state, due_at,
                                      created_at, updated_at)
        VALUES (:workspace_id, :platform, :name, :account, :sealed, :options,
                :currency, :time_zone, :lookback_days, :active, 'new', :now,
                :now, :now)
        RETURNING id
        """,
        platform=fields.platform,
        name=fields.name,
        account=fields.account,
        sealed=seal_credentials(vault, _filled(fields.credentials), tx.actor.workspace_id),
        options=orjson.dumps(_filled(fields.options)).decode(),
        currency=fields.currency,
        time_zone=zone,
        lookback_days=fields.lookback_days,
        active=int(fields.active),
    )
    made = get_source(tx, source_id)
    activity.record(
        tx,
        "campaign_source.created",
        "campaign_source",
        source_id,
        after=given_facts(SOURCE_RECORD, made),
    )
    return made


def change_source(
    tx: Transaction,
    vault: Vault,
    allowed: Ranges,
    source_id: int,
    changes: SourceChanges,
    *,
    expected_version: int | None = None,
) -> Source:
    """Credentials that are given replace the former ones of the same name; the next run is soon.

    Raises NotFound, Stale and Invalid.
    """
    old = get_source(tx, source_id)
    refuse_stale(SOURCE_RECORD, old, expected_version)
    given = changes.model_dump(exclude_unset=True)
    fresh = _filled(given.pop("credentials", {}))
    if "options" in given:
        given["options"] = _filled(given["options"])
    values = differing(SOURCE_RECORD, old, given)
    if not values and not fresh:
        return old
    _refuse_renaming(old, values)
    credentials = {**_readable(tx, vault, source_id), **fresh}
    new = {**facts_of(SOURCE_RECORD, old), **values}
    _check(allowed, old.platform, new["account"], credentials, new["options"])
    _write(tx, old, new, seal_credentials(vault, credentials, tx.actor.workspace_id))
    before, after = activity.changes(facts_of(SOURCE_RECORD, old), values)
    if fresh:
        after = {**after, "credentials": sorted(fresh)}
    activity.record(tx, "campaign_source.changed", "campaign_source", source_id, before=before, after=after)
    return get_source(tx, source_id)


def _refuse_renaming(old: Source, values: Mapping[str, Any]) -> None:
    """Under another name the same days would be collected, and counted, a second time."""
    if "name" in values and old.platform == NAMED_BY_PEOPLE and old.collected_until is not None:
        raise Invalid.field("name", "cannot be changed any more: figures are kept under it")


def _readable(tx: Transaction, vault: Vault, source_id: int) -> dict[str, str]:
    """None of those that cannot be read: they must be given anew."""
    try:
        return open_credentials(tx, vault, source_id)
    except SealBroken:
        return {}


def _write(tx: Transaction, old: Source, new: Mapping[str, Any], sealed: bytes) -> None:
    """What a run that is under way still reads is not for the changed source: its lease ends."""
    tx.run(
        """
        UPDATE campaign_sources
           SET name = :name, account = :account, sealed_credentials = :sealed, options = :options,
               currency = :currency, time_zone = :time_zone, lookback_days = :lookback_days, active = :active,
               due_at = :now, lease = NULL, lease_until = NULL, attempts = 0,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :source_id
        """,
        source_id=old.id,
        name=new["name"],
        account=new["account"],
        sealed=sealed,
        options=orjson.dumps(new["options"]).decode(),
        currency=new["currency"],
        time_zone=new["time_zone"],
        lookback_days=new["lookback_days"],
        active=int(new["active"]),
    )


def ask_for_run(tx: Transaction, source_id: int) -> Source:
    """The worker collects it next. Raises NotFound, and Conflict while it is switched off."""
    found = get_source(tx, source_id)
    if not found.active:
        raise Conflict("It is switched off. Switch it on first.")
    tx.run(
        """
        UPDATE campaign_sources
           SET due_at = :now, attempts = 0
         WHERE workspace_id = :workspace_id
           AND id = :source_id
        """,
        source_id=source_id,
    )
    activity.record(tx, "campaign_source.tested", "campaign_source", source_id)
    return get_source(tx, source_id)


def delete_source(tx: Transaction, source_id: int, *, expected_version: int | None = None) -> None:
    """Nothing more is collected; what was, stays. Raises NotFound and Stale."""
    found = get_source(tx, source_id)
    refuse_stale(SOURCE_RECORD, found, expected_version)
    forget_pages(tx, source_id)
    bury(tx, SOURCE_RECORD, found)


def restore_source(tx: Transaction, source_id: int) -> Source:
    """Raises NotFound, and Conflict where there are as many as may be."""
    found = get_deleted_source(tx, source_id)
    _refuse_more(tx)
    unbury(tx, SOURCE_RECORD, found)
    return get_source(tx, source_id)


def source_facts(tx: Transaction, source_id: int) -> dict[str, Any]:
    return facts_of(SOURCE_RECORD, get_source(tx, source_id))


def _refuse_more(tx: Transaction) -> None:
    if len(list_sources(tx)) >= MOST_SOURCES:
        raise Conflict(Sentence("A workspace can have at most {n} sources of figures.", n=MOST_SOURCES))


def _check(
    allowed: Ranges,
    platform_name: str,
    account: str | None,
    credentials: Mapping[str, str],
    options: Mapping[str, str],
) -> None:
    platform = PLATFORMS[platform_name]
    if unknown := [name for name in credentials if name not in platform.credentials]:
        raise Invalid.field(f"credentials.{unknown[0]}", "is not asked for by this platform")
    if unknown := [name for name in options if name not in platform.options]:
        raise Invalid.field(f"options.{unknown[0]}", "is not asked for by this platform")
    for group, names, given in (
        ("credentials", platform.credentials, credentials),
        ("options", platform.options, options),
    ):
        lacking = [name for name in names if name not in platform.may_lack and not given.get(name)]
        if lacking:
            raise Invalid.field(f"{group}.{lacking[0]}", "is required")
    if platform.setting and platform.name != "yandex_direct" and not account:
        raise Invalid.field("account", "is required")
    if "url" in platform.options:
        _check_url(options["url"], allowed)
    if platform.one_of and not any(options.get(name) for name in platform.one_of):
        raise Invalid.field(f"options.{platform.one_of[0]}", NO_CAMPAIGN)


def _check_url(url: str, allowed: Ranges) -> None:
    if not url.startswith(("https://", "http://")):
        raise Invalid.field("options.url", "must begin with https:// or http://")
    try:
        fits = host_fits(urlsplit(url).hostname or "")
        refuse_private(url, allowed)
    except Invalid as error:
        raise error.renamed({"url": "options.url"}) from None
    except ValueError:
        raise Invalid.field("options.url", "is not an address") from None
    if not fits:
        raise Invalid.field("options.url", HOST_TOO_LONG)


def _filled(given: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in given.items() if text}
