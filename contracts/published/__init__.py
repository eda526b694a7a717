"""The contract as documents, made from the table: OpenAPI, AsyncAPI, JSON schemas, TypeScript, pages to read. Pure: the
gateway serves the first two, `make publish` writes the rest, and a test compares."""

VERSION = "0.1.0"
"""Of the contract: that of Parley."""
