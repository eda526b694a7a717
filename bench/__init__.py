"""Load and replay against a running cluster."""
