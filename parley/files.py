"""Files that the command reads and makes. None that is there is ever overwritten."""

import os
from pathlib import Path

from parley.stop import Stop

BYTES_MAX = 64 * 1024


def read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX).decode()
    except OSError as error:
        raise Stop(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise Stop(f"{path} is not a text.") from None


def write_text(path: Path, content: str, *, mode: int = 0o644) -> None:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        raise Stop(f"{path} is there already: name another file.") from None
    except OSError as error:
        raise Stop(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
