"""The operators' command, `parley <verb>`: asks the cluster over NATS, as the NATS user `operator`; follows events, as `watcher`;
saves and brings back what MongoDB has; and makes licence files, which needs no cluster."""
