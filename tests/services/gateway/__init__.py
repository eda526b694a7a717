"""The gateway at its doors."""
