"""NATS's configuration, of one machine and of production: from one place, so that what holds in tests holds there."""
