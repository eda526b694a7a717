"""Releases, as a cluster rolls them out."""
