"""The licence file, read again and again: a mounted secret is swapped for another behind the same path."""

import asyncio
import os
import stat
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis import log
from chassis.clock import rfc3339
from contracts.license import FILE_BYTES_MAX, NotALicense, public_key, read
from services.auth.domain.license import Standing


class LicenseSettings(Protocol):
    @property
    def license_file(self) -> str: ...

    @property
    def license_public_key(self) -> str: ...

    @property
    def license_look_s(self) -> float: ...


class LicenseFile:
    """`standing` is that of the last look. One log line for each change of it."""

    def __init__(self, settings: LicenseSettings) -> None:
        self._path = settings.license_file
        self._every_s = settings.license_look_s
        self._key = public_key(settings.license_public_key) if self._path else None
        self.standing = Standing()

    async def look(self) -> None:
        """Raises nothing: whatever is wrong with the file is its `fault`."""
        if self._key is None:
            return
        before, self.standing = self.standing, await asyncio.to_thread(_standing, self._path, self._key)
        if self.standing != before:
            _log(self.standing)

    async def watch(self) -> None:
        while self._key is not None:
            await asyncio.sleep(self._every_s)
            await self.look()


def _standing(path: str, key: Ed25519PublicKey) -> Standing:
    try:
        return Standing(claims=read(_content(path), key))
    except OSError as error:
        return Standing(fault=f"The file cannot be read: {error.strerror or type(error).__name__}.")
    except NotALicense as fault:
        return Standing(fault=str(fault))


def _content(path: str) -> str:
    """Raises OSError, NotALicense. Never waits: a pipe without a writer would be waited for for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotALicense("It is not a file.")
        content = os.read(descriptor, FILE_BYTES_MAX + 1)
    finally:
        os.close(descriptor)
    if len(content) > FILE_BYTES_MAX:
        raise NotALicense(f"It is longer than {FILE_BYTES_MAX} bytes.")
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise NotALicense("It is no signed file.") from None


def _log(standing: Standing) -> None:
    if standing.claims is None:
        log.get().error("license.invalid", fault=standing.fault)
        return
    claims = standing.claims
    log.get().info("license.read", license_id=claims.license_id, seats=claims.seats, until=rfc3339(claims.expires_at))
