"""Tests: what is made from the table."""
