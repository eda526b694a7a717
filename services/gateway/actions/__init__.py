"""What a gateway does with what came in."""
