"""The table of roles and permissions says what it means."""

import pytest

from crm.accounts.permissions import ROLES, outranks, permissions_of
from crm.kinds import KINDS

PERMISSIONS = permissions_of(KINDS)
EXPECTED = {
    "self.read": "everyone",
    "self.write": "everyone",
    "users.read": "everyone",
    "users.manage": "admins",
    "views.read": "everyone",
    "views.write": "everyone",
    "views.share": "admins",
    "workspace.read": "everyone",
    "workspace.manage": "admins",
    "workspace.switch": "owners",
    "backups.read": "admins",
    "backups.manage": "admins",
    "backups.download": "owners",
    "monitoring.read": "admins",
    "monitoring.acknowledge": "admins",
    "monitoring.manage": "admins",
    "workspace.export": "owners",
    "workspace.import": "owners",
    "activities.read": "everyone",
    "activities.undo": "workers",
    "clients.read": "everyone",
    "clients.write": "workers",
    "clients.delete": "workers",
    "clients.import": "admins",
    "clients.merge": "admins",
    "clients.erase": "owners",
    "clients.export": "admins",
    "leads.export": "admins",
    "notes.export": "admins",
    "tasks.export": "admins",
    "files.read": "everyone",
    "files.write": "workers",
    "files.delete": "workers",
    "custom_fields.read": "everyone",
    "custom_fields.manage": "admins",
    "deals.read": "everyone",
    "deals.write": "workers",
    "deals.delete": "workers",
    "deals.approve": "admins",
    "deals.manage": "admins",
    "deals.export": "admins",
    "leads.read": "everyone",
    "leads.write": "workers",
    "leads.delete": "workers",
    "products.read": "everyone",
    "products.write": "workers",
    "products.delete": "workers",
    "products.export": "admins",
    "vehicles.read": "everyone",
    "vehicles.write": "workers",
    "vehicles.delete": "workers",
    "vehicles.export": "admins",
    "vehicles.share": "admins",
    "campaigns.read": "everyone",
    "campaigns.write": "workers",
    "campaigns.delete": "workers",
    "campaigns.export": "admins",
    "web_forms.read": "workers",
    "web_forms.accept": "workers",
    "web_forms.manage": "admins",
    "webhooks.read": "admins",
    "webhooks.manage": "admins",
    "campaigns.manage": "admins",
    "campaign_sources.read": "admins",
    "campaign_sources.manage": "admins",
    "ad_connections.read": "admins",
    "ad_connections.manage": "admins",
    "invoices.read": "everyone",
    "invoices.write": "workers",
    "invoices.delete": "workers",
    "invoices.export": "admins",
    "quotes.read": "everyone",
    "quotes.write": "workers",
    "quotes.delete": "workers",
    "quotes.export": "admins",
    "pipelines.read": "everyone",
    "pipelines.manage": "admins",
    "company.read": "admins",
    "company.manage": "admins",
    "numbers.read": "admins",
    "numbers.manage": "admins",
    "notes.read": "everyone",
    "notes.write": "workers",
    "tasks.read": "everyone",
    "tasks.write": "workers",
    "conversations.read": "everyone",
    "conversations.write": "workers",
    "channels.read": "everyone",
    "channels.manage": "admins",
}
ROLES_OF = {
    "everyone": {"owner", "admin", "member", "viewer"},
    "workers": {"owner", "admin", "member"},
    "admins": {"owner", "admin"},
    "owners": {"owner"},
}


def test_the_kinds_together_say_who_may_do_what() -> None:
    """Written down once more, apart from the kinds."""
    granted = {name: set(rule.roles) for name, rule in PERMISSIONS.rules.items()}
    assert granted == {name: ROLES_OF[who] for name, who in EXPECTED.items()}
    assert {name for name, rule in PERMISSIONS.rules.items() if rule.reads} == {
        name for name in EXPECTED if name.endswith(".read")
    }


def test_each_role_may_all_that_the_role_below_it_may() -> None:
    for permission in PERMISSIONS.rules:
        granted = [PERMISSIONS.allow(role, permission) for role in ROLES]
        assert granted == sorted(granted, reverse=True), permission


def test_a_viewer_changes_nothing_but_himself_and_his_own_views() -> None:
    changing = {name for name, rule in PERMISSIONS.rules.items() if not rule.reads}
    assert {name for name in changing if PERMISSIONS.allow("viewer", name)} == {"self.write", "views.write"}


def test_a_token_that_may_read_changes_nothing_whoever_holds_it() -> None:
    for permission, rule in PERMISSIONS.rules.items():
        for role in ROLES:
            assert PERMISSIONS.allow(role, permission, "read") == (
                rule.reads and PERMISSIONS.allow(role, permission)
            )


def test_an_unknown_permission_is_a_defect_and_an_unknown_role_may_nothing() -> None:
    with pytest.raises(KeyError):
        PERMISSIONS.allow("owner", "clients.raed")
    assert not any(PERMISSIONS.allow("", permission) for permission in PERMISSIONS.rules)


def test_rank_runs_from_owner_down_to_viewer() -> None:
    assert outranks("owner", "admin") and outranks("admin", "member") and outranks("member", "viewer")
    assert not outranks("admin", "admin") and not outranks("viewer", "owner")
