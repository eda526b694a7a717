"""Refusals over HTTP: application/problem+json (RFC 9457) with a code from the closed list, whatever went wrong."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from chassis import log
from contracts.refusals import STATUS, Problem, Refusal, Refused

_encode = msgspec.json.Encoder().encode
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 503: "unavailable"}


def problem(refusal: Refusal) -> web.Response:
    status = STATUS[refusal.code]
    body = Problem(
        type="about:blank",
        title=refusal.message,
        status=status,
        code=refusal.code,
        message=refusal.message,
        retry_after_s=refusal.retry_after_s,
        errors=refusal.errors,
        reason=refusal.reason,
    )
    headers = {}
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(refusal.retry_after_s)))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(status=status, body=_encode(body), content_type="application/problem+json", headers=headers)


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return problem(refused.refusal)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = problem(Refusal(_BY_STATUS.get(error.status, "invalid"), error.reason))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        log.get().exception("request.failed", method=request.method)
        return problem(Refusal("internal", "Something went wrong here; it has been noted."))
