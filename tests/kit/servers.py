"""Real servers for one test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.local.servers import Server, running


@asynccontextmanager
async def thrown_away(*servers: Server) -> AsyncIterator[None]:
    """Killed at the end: mongod takes a second to end cleanly, and nobody reads these data again."""
    async with running(*servers):
        try:
            yield
        finally:
            for server in servers:
                server.kill()
