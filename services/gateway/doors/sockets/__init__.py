"""The Socket.IO door."""
