"""A floor to measure gateways on: a cluster of its own with two of them, people in one group who only listen at the first,
and others who talk through the second. So what the first spends is what it costs to tell."""
