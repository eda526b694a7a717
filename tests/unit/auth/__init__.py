"""Rules of auth, without stores."""
