"""What comes in: the asks answered."""
