"""Whose word about an address is believed, and what is made of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.bus import ASK_S, Asker
from chassis.settings import SettingsError, read
from contracts.everything import ASKS
from contracts.table import Ask
from services.gateway.actions.relay import Relay
from services.gateway.domain.addresses import CLIENT_CHARS_MAX, Caller, Callers, networks
from services.gateway.settings import GatewaySettings

PROXIES = "10.0.0.0/8, 192.168.7.7, fd00::/8"
PROXY = "10.1.2.3"
ADA = "203.0.113.9"


def address(*forwarded: str, peer: str | None = PROXY, trusted: str = PROXIES) -> str:
    return Callers(trusted)(peer, forwarded, None).address


def test_nobody_is_believed_unless_told_so() -> None:
    assert address(ADA, trusted="") == PROXY
    assert address(ADA, peer="198.51.100.1") == "198.51.100.1"
    assert address(ADA) == ADA


def test_it_is_read_from_the_right_past_the_trusted_ones() -> None:
    assert address(f"1.1.1.1, {ADA}, 10.9.9.9, 192.168.7.7") == ADA
    assert address("1.1.1.1", ADA, "10.9.9.9") == ADA  # several headers are one list
    assert address("10.0.0.1, 10.0.0.2") == "10.0.0.1"  # one of the house
    assert address() == PROXY


@pytest.mark.parametrize(
    "malformed",
    ["", "   ", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "1.2.3.4:http", "1.2.3.4:", "[::1", "::1]:9", "é"],
)
def test_what_is_malformed_leaves_the_peer(malformed: str) -> None:
    assert address(f"{ADA}, {malformed}") == PROXY
    assert address(f"{ADA}, {malformed}, 10.9.9.9") == PROXY
    assert address(malformed, peer=None) == ""


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("203.0.113.9:54321", ADA),
        (" 203.0.113.9 ", ADA),
        ('"203.0.113.9:80"', ADA),
        ("2001:DB8::0001", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:203.0.113.9", ADA),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_every_way_to_write_an_address_is_understood(entry: str, meant: str) -> None:
    assert address(entry) == meant
    assert address(entry, peer="fd00::1") == meant
    assert address(entry, peer="::ffff:10.1.2.3") == meant


@given(st.lists(st.text(max_size=30), max_size=40))
def test_what_a_client_makes_up_changes_nothing(made_up: list[str]) -> None:
    assert address(*made_up, f"{ADA}, 10.9.9.9") == ADA


@given(st.text(max_size=400))
def test_what_a_client_calls_itself_is_printable_and_short(user_agent: str) -> None:
    client = Callers("")(None, (), user_agent).client
    assert client.isascii() and (client.isprintable() or not client)
    assert len(client) <= CLIENT_CHARS_MAX and client == client.strip()


@pytest.mark.parametrize("bad", ["10.0.0.0/33", "10.0.0.1/8", "proxy.example", "10.0.0.0/8;fd00::/8"])
def test_a_bad_setting_is_named_at_start(bad: str) -> None:
    needed = dict.fromkeys(("PARLEY_INSTANCE", "PARLEY_NATS_URL", "PARLEY_NATS_USER", "PARLEY_NATS_PASSWORD"), "x")
    with pytest.raises(SettingsError, match=r"^PARLEY_TRUSTED_PROXIES: .*CIDR"):
        read(GatewaySettings, {**needed, "PARLEY_TRUSTED_PROXIES": f"10.0.0.0/8,{bad}"})
    assert read(GatewaySettings, {**needed, "PARLEY_TRUSTED_PROXIES": PROXIES}).trusted_proxies == PROXIES


def test_what_is_suggested_is_one_proxy_and_not_a_whole_house() -> None:
    """Whoever is in a trusted network says what address they have."""
    with pytest.raises(ValueError, match=r"such as ([\d.]+)$") as fault:
        networks("proxy.example")
    (suggested,) = networks(str(fault.value).rpartition(" ")[2])
    assert suggested.num_addresses == 1


async def test_every_ask_says_where_it_comes_from() -> None:
    askers: list[Asker] = []

    class Bus:
        async def ask_raw(self, ask: Ask, data: bytes, asker: Asker, timeout_s: float = ASK_S) -> bytes:
            askers.append(asker)
            return b"{}"

    bus: Any = Bus()
    await Relay(bus, 1, 1)(ASKS["auth.password_policy"], {}, None, Caller(ADA, "Firefox"))
    assert (askers[0].address, askers[0].client) == (ADA, "Firefox")
