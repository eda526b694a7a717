"""What keeps the project's own files in order."""
