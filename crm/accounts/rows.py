"""Rules for rows of workspaces, users and credentials that come from a file or backup."""

from datetime import timedelta

from crm import clock
from crm.accounts.fields import (
    INVITATION_LIFE,
    LONGEST_TOKEN_DAYS,
    Country,
    Language,
    LocaleTag,
    ShortName,
    Timezone,
)
from crm.accounts.passwords import is_affordable
from crm.accounts.view_fields import ListName, ViewName, ViewQuery
from crm.fields import Email, name_key
from crm.money import Currency
from crm.row_rules import (
    RowRules,
    Rule,
    columns,
    digest,
    fits,
    ids,
    key_of,
    matches,
    moment,
    moments,
    whole_number,
)

SLACK = timedelta(days=1)
"""The clocks of two machines differ."""


def _password_hash(value: str) -> str | None:
    return None if is_affordable(value) else "is no password hash of ours: Argon2id, and no dearer than ours"


def _within(span: timedelta) -> Rule:
    def check(value: str) -> str | None:
        wrong = moment(value)
        if wrong is None and clock.from_text(value) > clock.now() + span + SLACK:
            return f"is later than {span.days} days from now"
        return wrong

    return check


ROWS = {
    "workspaces": RowRules(
        columns(
            name=fits(ShortName),
            country=fits(Country),
            currency=fits(Currency),
            public_url=matches(r"https?://[!-~]{1,490}", "a web address"),
            timezone=fits(Timezone),
            language=fits(Language),
            locale=fits(LocaleTag),
            members_merge=whole_number(0, 1),
            **dict.fromkeys(
                ("module_desk", "module_quotes", "module_conversations", "module_campaigns"),
                whole_number(0, 1),
            ),
            lost_leads_days=whole_number(1, 36_500),
            inactive_clients_days=whole_number(1, 36_500),
            trash_days=whole_number(1, 36_500),
            custom_state=matches(r"[0-9a-f]{32}", "a state of its custom fields"),
        )
    ),
    "users": RowRules(
        columns(
            email=fits(Email),
            name=fits(ShortName),
            password_hash=_password_hash,
            disabled_at=moment,
            language=fits(Language),
            locale=fits(LocaleTag),
            timezone=fits(Timezone),
        ),
        made={"name_key": key_of("name", name_key)},
    ),
    "tokens": RowRules(
        columns(
            **ids("user_id", "maker_id"),
            name=fits(ShortName),
            hint=matches(r"[!-~]{1,16}", "the beginning of a token"),
            token_hash=digest,
            expires_at=_within(timedelta(days=LONGEST_TOKEN_DAYS)),
            **moments("last_used_at", "revoked_at"),
        )
    ),
    "invitations": RowRules(
        columns(
            email=fits(Email),
            token_hash=digest,
            **ids("created_by"),
            expires_at=_within(INVITATION_LIFE),
        )
    ),
    "saved_views": RowRules(
        columns(**ids("user_id"), list=fits(ListName), name=fits(ViewName), query=fits(ViewQuery)),
        made={"name_key": key_of("name", name_key)},
    ),
    "default_views": RowRules(columns(**ids("user_id", "view_id"), list=fits(ListName))),
}
