"""Messenger with real NATS and MongoDB, through its doors only."""
