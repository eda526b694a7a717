"""What keeps a local cluster from starting."""


class CannotStart(Exception):
    """The cluster cannot start until the person changes something; the message is one sentence that says what."""
