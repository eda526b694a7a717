"""Accounts as clients meet them: every rule of auth asked over HTTP and Socket.IO, with real stores and a moved clock."""
