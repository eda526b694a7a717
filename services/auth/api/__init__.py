"""What comes in: asks answered, events heard."""
