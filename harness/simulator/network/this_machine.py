"""Where a name leads when any host is allowed: never to this machine, for services on it trust who can reach them.

Owns telling this machine's addresses from others. What is mapped may be here, and is not asked about.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import psutil

from harness.simulator.network.domains import Refused, net_error

Address = IPv4Address | IPv6Address


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
    return str(addresses[0])


def here(origin: str) -> Refused:
    finding = (
        f"{origin} is this machine, where only what is mapped is reached: map it (--map {origin}=ORIGIN)"
    )
    return Refused(str(net_error("ERR_CONNECTION_REFUSED", -102)), 600001, finding=finding)


def _is_here(address: Address, own: set[Address]) -> bool:
    # Link-local: the machine's own link, where clouds tell their machines credentials (169.254.169.254).
    return address.is_loopback or address.is_unspecified or address.is_link_local or address in own


def _own() -> Iterator[Address]:
    for entries in psutil.net_if_addrs().values():
        for entry in entries:
            if entry.family in (socket.AF_INET, socket.AF_INET6):
                yield _address(entry.address)


def _address(text: str) -> Address:
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
