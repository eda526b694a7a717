"""The chassis on real servers."""
