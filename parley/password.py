"""A new password, from a file or typed twice: never from the command line, which others on the machine can read."""

import getpass
import sys
from pathlib import Path

from parley.stop import Stop


def from_file(path: Path) -> str:
    """Its content without the line's end."""
    try:
        content = path.read_bytes().decode()
    except OSError as error:
        raise Stop(f"The password file {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise Stop(f"The password file {path} is not a text.") from None
    return content.removesuffix("\n").removesuffix("\r")


def check_terminal() -> None:
    if not sys.stdin.isatty():
        raise Stop("There is no terminal to type a password at: give --password-file or --invite.")


def typed() -> str:
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("The same again: ")
    except EOFError:
        raise Stop("No password was typed.") from None
    if password != again:
        raise Stop("These were two different passwords.")
    return password
