"""What is true of notices and mails."""
