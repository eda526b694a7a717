"""What comes in: asks, each answered by the action of its name; there is nothing to do in between."""
