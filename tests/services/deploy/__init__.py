"""The local cluster, as the person at the terminal and the operating system see it."""
