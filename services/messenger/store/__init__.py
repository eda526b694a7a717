"""What we remember, in MongoDB."""
