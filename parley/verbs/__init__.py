"""The verbs, in the order that --help lists them. Each has `add`, which says its words and sets `run`."""

from parley.verbs import events, first_admin, keys, license, sessions, status

VERBS = (status, events, sessions, first_admin, license, keys)
