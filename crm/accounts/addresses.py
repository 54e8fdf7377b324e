"""Network addresses: one spelling of each, and which part of them belongs to one customer."""

import ipaddress
from functools import lru_cache

IPV6_SITE = 64
LONGEST = 100
REMEMBERED = 4096


def plain_address(text: str) -> str:
    """The normalized spelling: `::ffff:192.0.2.7` over IPv6 is the IPv4 client 192.0.2.7."""
    return _spelled(text) if len(text) <= LONGEST else text[:LONGEST]


def site_of(address: str) -> str:
    """One customer's part of the network: IPv6 gives everyone a /64 to change addresses in.

    In a local network everybody's addresses begin alike (`fe80::`): there each stands for itself.
    """
    found = _parse(address)
    if found is None:
        return address[:LONGEST]
    if found.version == 4 or found.is_link_local or found.is_loopback:
        return str(found)
    return str(ipaddress.ip_network((int(found), IPV6_SITE), strict=False))


@lru_cache(REMEMBERED)
def _spelled(text: str) -> str:
    found = _parsed(text)
    return text if found is None else str(found)


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    return _parsed(text) if len(text) <= LONGEST else None


@lru_cache(REMEMBERED)
def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse it without the port that some proxies add and without the name of the interface."""
    if text.startswith("[") and "]" in text:
        text = text[1 : text.index("]")]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
