"""The verbs, in the order that --help lists them. Each has `add`, which says its words and sets `run`."""

from parley.verbs import events, first_admin, keys, license, parked, sessions, status

VERBS = (status, events, parked, sessions, first_admin, license, keys)
