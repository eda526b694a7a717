"""Kills, pauses and cuts, and what must hold all the same."""
