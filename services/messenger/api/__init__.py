"""What comes in: events. Asks are answered by the actions of their names; there is nothing to do in between."""
