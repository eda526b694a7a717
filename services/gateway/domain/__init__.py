"""What is true at the door: cursors, credentials, limits. Pure."""
