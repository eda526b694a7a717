"""The operators' command, as a process of its own, with a real cluster behind it."""
