"""Where what comes in comes from: the client's address, as far as those between may be believed, and what it calls itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
CLIENT_CHARS_MAX = 200
HOPS_MAX = 32


class Caller(NamedTuple):
    """`client` is printable ASCII of at most 200 characters. Both may be empty: not known."""

    address: str = ""
    client: str = ""


class Callers:
    """`trusted_proxies`: whose X-Forwarded-For is believed. Nobody else may be in these networks: an agent in one of them
    would say what address they have, another one with each guess."""

    def __init__(self, trusted_proxies: str) -> None:
        self._trusted = networks(trusted_proxies)

    def __call__(self, peer: str | None, forwarded: Sequence[str], user_agent: str | None) -> Caller:
        """`forwarded`: every X-Forwarded-For header there is, in order."""
        return Caller(self._address(peer or "", forwarded), _printable(user_agent or ""))

    def _address(self, peer: str, forwarded: Sequence[str]) -> str:
        """Every proxy appends whom it was asked by, so the last entry is the peer's word, the one before it that of the last
        entry, and so on: the first who is not trusted is the client. What anybody may have made up is never read."""
        at = _parse(peer)
        if at is None:
            return ""
        first = at
        entries = ",".join(forwarded).split(",") if forwarded else []
        for entry in reversed(entries[-HOPS_MAX:]):
            if not self._is_trusted(at):
                break
            said = _parse(entry)
            if said is None:
                return str(first)
            at = said
        return str(at)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def networks(text: str) -> tuple[Network, ...]:
    """Of addresses and CIDR blocks with commas between. Raises ValueError, with a sentence."""
    found: list[Network] = []
    for each in filter(None, map(str.strip, text.split(","))):
        try:
            found.append(ipaddress.ip_network(each))
        except ValueError as fault:
            raise ValueError(f"{fault}: write addresses or CIDR blocks of proxies alone, such as 10.0.0.5") from None
    return tuple(found)


def _parse(text: str) -> Address | None:
    """With a port or without, an IPv6 address in brackets or bare; an IPv4 address in IPv6's clothes is that address."""
    text = text.strip().strip('"')
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        if not bracket or not _is_port(port):
            return None
    else:
        host, colon, port = text.partition(":")
        if ":" in port:
            host = text
        elif not _is_port(colon + port):
            return None
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_port(text: str) -> bool:
    return not text or (text[0] == ":" and text[1:].isascii() and text[1:].isdigit() and len(text) <= 6)


def _printable(text: str) -> str:
    return "".join(each for each in text if " " <= each <= "~").strip()[:CLIENT_CHARS_MAX].strip()
