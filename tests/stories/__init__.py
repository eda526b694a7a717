"""The whole cluster and several people."""
