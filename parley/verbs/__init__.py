"""The verbs, in the order that --help lists them. Each has `add`, which says its words and sets `run`."""

from parley.verbs import first_admin, keys, license, status

VERBS = (status, first_admin, license, keys)
