"""What both doors of a gateway have besides the asks: paths, the cookie, and the asks that are special there."""

PREFIX = "/api/v1"
"""Of every route in the table."""
SOCKETS = "/socket.io/"
OPENAPI = f"{PREFIX}/openapi.json"
ASYNCAPI = f"{PREFIX}/asyncapi.json"
KEYS = "/.well-known/jwks.json"
READY = "/readyz"

COOKIE = "parley_refresh"
"""A browser's refresh token: HttpOnly, SameSite=Strict."""
COOKIE_PATH = f"{PREFIX}/auth"
WITH_COOKIE = ("auth.refresh", "auth.logout")
"""They take the refresh token from the cookie where the body has none."""
MAY_SAY_WHO = ("auth.logout", "auth.change_password")
"""Open to all, and of more use with a token: one that is shown has to be good."""
FILE = "text/csv"
"""What the body of an ask whose route has a `file` may be."""
