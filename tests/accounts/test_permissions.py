"""The table of roles and permissions says what it means."""

import pytest

from crm.accounts.permissions import PERMISSIONS, ROLES, allows, outranks


def test_each_role_may_all_that_the_role_below_it_may() -> None:
    for permission in PERMISSIONS:
        granted = [allows(role, permission) for role in ROLES]
        assert granted == sorted(granted, reverse=True), permission


def test_a_viewer_changes_nothing_but_himself_and_his_own_views() -> None:
    changing = {name for name, rule in PERMISSIONS.items() if not rule.reads}
    assert {name for name in changing if allows("viewer", name)} == {"self.write", "views.write"}


def test_a_token_that_may_read_changes_nothing_whoever_holds_it() -> None:
    for permission, rule in PERMISSIONS.items():
        for role in ROLES:
            assert allows(role, permission, "read") == (rule.reads and allows(role, permission))


def test_an_unknown_permission_is_a_defect_and_an_unknown_role_may_nothing() -> None:
    with pytest.raises(KeyError):
        allows("owner", "clients.raed")
    assert not any(allows("", permission) for permission in PERMISSIONS)


def test_rank_runs_from_owner_down_to_viewer() -> None:
    assert outranks("owner", "admin") and outranks("admin", "member") and outranks("member", "viewer")
    assert not outranks("admin", "admin") and not outranks("viewer", "owner")
