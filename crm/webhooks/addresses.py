"""Where webhooks may be sent to: not into this machine or a private network, unless a setting allows it."""

import ipaddress
import socket
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import urlsplit

from crm.errors import Invalid
from crm.normal_forms import normalize

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Ranges: TypeAlias = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

REFUSED = "must not lead into this machine or a private network: WEBHOOK_ALLOWED_RANGES does not have it"
# Through these an IPv4 address is reached by an IPv6 one: it counts as what it leads to.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


def may_reach(address: str, allowed: Ranges) -> bool:
    """Whether a webhook may be sent to this IP address, as text."""
    found = _plain(ipaddress.ip_address(address.partition("%")[0]))
    if any(found.version == each.version and found in each for each in allowed):
        return True
    return found.is_global and not found.is_multicast and not found.is_reserved


def refuse_private(url: str, allowed: Ranges, field: str = "url") -> None:
    """Raises Invalid naming `field`. What a name leads to is checked whenever something is sent."""
    host = _as_looked_up(urlsplit(url).hostname or "")
    if host == "localhost" or host.endswith(".localhost"):
        if not any(may_reach(str(each), allowed) for each in LOOPBACK):
            raise Invalid.field(field, REFUSED)
        return
    address = _address_of(host)
    if address is not None and not may_reach(address, allowed):
        raise Invalid.field(field, REFUSED)


def reachable(addresses: Iterable[str], allowed: Ranges) -> list[str]:
    """Those of a name's addresses that may be asked."""
    return [each for each in addresses if may_reach(each, allowed)]


def _plain(found: IpAddress) -> IpAddress:
    if isinstance(found, ipaddress.IPv4Address):
        return found
    if found in NAT64:
        return ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.ipv4_mapped or found.sixtofour or found


def _as_looked_up(host: str) -> str:
    """Wide digits and dots are read as plain ones."""
    plain = normalize("NFKC", host).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    return plain.rstrip(".").lower()


def _address_of(host: str) -> str | None:
    """The address that a host is, as the system reads it: `127.1`, `0x7f.1` and `2130706433` are one, too."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    return host
