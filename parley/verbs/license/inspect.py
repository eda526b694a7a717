"""`license inspect`: what a licence file says, and whether a key signed it. Ends with 1 where it is none, or not of the key."""

import argparse
from pathlib import Path
from typing import Any

from chassis.clock import SystemClock, rfc3339
from contracts.license import Claims, NotALicense, days_left, glance, public_key, read
from parley.files import read_text
from parley.stop import REFUSED, Stop


def add(verbs: Any) -> None:
    parser = verbs.add_parser("inspect", help="show what a licence file says")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--public-key", type=Path, metavar="FILE", help="check that it is signed by this key, PEM or JWK"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    text = read_text(arguments.file)
    try:
        key = public_key(read_text(arguments.public_key)) if arguments.public_key else None
    except NotALicense as fault:
        raise Stop(f"{arguments.public_key}: {fault}") from None
    try:
        claims = glance(text) if key is None else read(text, key)
    except NotALicense as fault:
        raise Stop(f"{arguments.file}: {fault}", REFUSED) from None
    for name, value in _lines(claims):
        print(f"{name:<11} {value}")
    print(f"{'signature':<11} {'not checked: give --public-key' if key is None else 'right'}")


def _lines(claims: Claims) -> list[tuple[str, object]]:
    left = days_left(claims, SystemClock().now())
    return [
        ("license_id", claims.license_id),
        ("customer", claims.customer),
        ("seats", claims.seats),
        ("issued_at", rfc3339(claims.issued_at)),
        ("expires_at", rfc3339(claims.expires_at)),
        ("days_left", left if left > 0 else f"{left}: expired"),
        ("contact", claims.contact),
    ]
