"""Where a name leads when any host is allowed: never to this machine, for services on it trust who can reach them,
and never to where a cloud tells its machines their credentials.

Owns telling those addresses from others. What is mapped may be there, and is not asked about.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import psutil

from harness.simulator.network.domains import Refused, net_error

Address = IPv4Address | IPv6Address
# Services of clouds for their own machines, beside those at link-local addresses (169.254.169.254).
CLOUD = frozenset(
    map(
        ip_address,
        (
            "100.100.100.200",  # Alibaba Cloud
            "100.96.0.96",  # Volcengine
            "168.63.129.16",  # Azure
            "192.0.0.192",  # Oracle Cloud
            "fd00:ec2::254",  # AWS
            "fd20:ce::254",  # Google Cloud
        ),
    )
)
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: its last 32 bits are an IPv4 address


async def elsewhere(url: str) -> str:
    """The address of the server that ``url`` names, to be connected to as it is; Refused where that is this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        addresses = [_address(str(entry[4][0])) for entry in found]
    except (OSError, ValueError):  # no such name, or one that cannot be (UnicodeError)
        raise net_error("ERR_NAME_NOT_RESOLVED", -105) from None
    own = set(_own())
    if any(_is_here(address, own) for address in addresses):
        raise here(f"{parts.scheme}://{parts.netloc}")
    if not CLOUD.isdisjoint(addresses):
        raise _cloud(f"{parts.scheme}://{parts.netloc}")
    return str(found[0][4][0])


def here(origin: str) -> Refused:
    return _refused(origin, "is this machine, where only what is mapped is reached")


def _cloud(origin: str) -> Refused:
    return _refused(origin, "tells a cloud's machines their credentials")


def _refused(origin: str, why: str) -> Refused:
    finding = f"{origin} {why}: map it (--map {origin}=ORIGIN)"
    return Refused(str(net_error("ERR_CONNECTION_REFUSED", -102)), 600001, finding=finding)


def _is_here(address: Address, own: set[Address]) -> bool:
    # Link-local: the machine's own link, where most clouds tell their machines credentials (169.254.169.254).
    return address.is_loopback or address.is_unspecified or address.is_link_local or address in own


def _own() -> Iterator[Address]:
    for entries in psutil.net_if_addrs().values():
        for entry in entries:
            if entry.family in (socket.AF_INET, socket.AF_INET6):
                yield _address(entry.address)


def _address(text: str) -> Address:
    """An IPv6 address that stands for one of IPv4 is that one."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
