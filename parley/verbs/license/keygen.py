"""`license keygen`: a pair of keys. The private one makes licences and stays where they are sold; clusters get the other."""

import argparse
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from parley.files import write_text
from parley.stop import Stop


def add(verbs: Any) -> None:
    parser = verbs.add_parser("keygen", help="make a pair of keys for licences")
    parser.add_argument(
        "--private-key", type=Path, required=True, metavar="FILE", help="to be made, for its owner only"
    )
    parser.add_argument("--public-key", type=Path, required=True, metavar="FILE", help="to be made, for clusters")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    write_text(arguments.public_key, public)
    try:
        write_text(arguments.private_key, private, mode=0o600)
    except Stop:
        arguments.public_key.unlink()  # half a pair is of no use
        raise
    print(f"Sign with {arguments.private_key}; clusters read PARLEY_LICENSE_PUBLIC_KEY_FILE={arguments.public_key}.")
