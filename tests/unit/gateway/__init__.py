"""The gateway's pure rooms."""
