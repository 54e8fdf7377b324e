"""Over IPv6 people are counted by what one customer has; an IPv4 client by its address, however it came."""

import pytest

from crm.accounts.addresses import plain_address, site_of


@pytest.mark.parametrize(
    ("came", "shown", "counted"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51000", "192.0.2.7", "192.0.2.7"),
        ("[2001:DB8::1]:51000", "2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::ffff:0:0:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::1", "fe80::1"),
        ("::1", "::1", "::1"),
        ("unknown", "unknown", "unknown"),
        ("", "", ""),
        ("x" * 5_000, "x" * 100, "x" * 100),
    ],
)
def test_an_address(came: str, shown: str, counted: str) -> None:
    assert (plain_address(came), site_of(came)) == (shown, counted)
