"""`python -m services healthcheck`: whether the part in this container is alive, for who has no other way to ask. It asks
`/healthz` on its ops port, as a kubelet would, and ends with 0 or 1."""

import asyncio
import os
import sys

from chassis.settings import PREFIX

OPS_PORT = f"{PREFIX}OPS_PORT"
USUAL = "9090"
TIMEOUT_S = 3.0
HOST = "127.0.0.1"


def main() -> None:
    port = os.environ.get(OPS_PORT, USUAL)
    try:
        fault = asyncio.run(_fault(int(port)))
    except (ValueError, OverflowError):
        fault = f"{OPS_PORT}: {port!r} is no port"
    if fault:
        sys.stderr.write(f"{fault}.\n")
        raise SystemExit(1)


async def _fault(port: int) -> str:
    """Empty where it is alive."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
                said = (await reader.readline()).split()
            finally:
                writer.close()
    except TimeoutError:
        return f"Nothing was said at port {port} within {TIMEOUT_S:g} s"
    except (OSError, ValueError) as error:
        return f"Nobody is there at port {port} ({type(error).__name__})"
    return "" if said[1:2] == [b"200"] else f"/healthz at port {port} does not say 200"
