"""The Python client without a server."""
