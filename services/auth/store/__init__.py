"""What auth remembers, in MongoDB."""
