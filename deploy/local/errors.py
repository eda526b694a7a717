"""What keeps a local cluster from starting."""


class CannotStart(Exception):
    """The cluster cannot start until the person changes something; the message is one sentence that says what."""


class PortLost(CannotStart):
    """A port that was free when we looked is another program's now."""
