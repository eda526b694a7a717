"""The first admin: made by whoever operates the cluster, while there is nobody to ask."""

from contracts.refusals import Refused


def not_the_first() -> Refused:
    return Refused("conflict", "An admin is there already: further people are made by them.")
