"""The secret of a link: 256 random bits."""

import secrets

from services.auth.domain.links import TOKEN_BYTES


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
