"""What notifier remembers, in MongoDB."""
