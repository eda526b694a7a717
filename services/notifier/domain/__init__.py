"""What is true of notices."""
