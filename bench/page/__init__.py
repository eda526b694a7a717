"""How quick the page is in a real browser: a house of thousands, somebody who opens, types and scrolls in it, and what is
measured within the page itself."""
