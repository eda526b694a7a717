"""The messenger's pure rooms."""
