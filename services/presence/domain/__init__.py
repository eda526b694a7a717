"""What is true of leases and people."""
