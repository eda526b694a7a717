"""What presence remembers, in Redis."""
