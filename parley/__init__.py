"""The operators' command, `python -m parley <verb>`: asks the cluster over NATS, as the NATS user `operator`, and makes
licence files, which needs no cluster."""
