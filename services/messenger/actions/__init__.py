"""What we do: one verb per file."""
