"""The verbs, in the order that --help lists them. Each has `add`, which says its words and sets `run`."""

from parley.verbs import backup, events, first_admin, keys, license, parked, rebuild_stream, restore, sessions, status

VERBS = (status, events, parked, rebuild_stream, backup, restore, sessions, first_admin, license, keys)
