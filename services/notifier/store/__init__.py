"""What notifier remembers, in MongoDB, and who takes its mails."""
