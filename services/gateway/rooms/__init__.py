"""Who is here, and what reaches them."""
