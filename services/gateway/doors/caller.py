"""Who is at the door, whichever it is: the address and the name that an HTTP request comes with."""

from aiohttp import web

from services.gateway.domain.addresses import Caller, Callers


def caller_of(request: web.Request, callers: Callers) -> Caller:
    headers = request.headers
    return callers(request.remote, headers.getall("X-Forwarded-For", []), headers.get("User-Agent"))
