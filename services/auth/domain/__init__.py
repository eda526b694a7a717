"""What is true: people, sessions, tokens, passwords, pages. No input, no output, no clock."""
