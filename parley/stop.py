"""How a verb ends when it could not do what it was asked."""

REFUSED = 1
USAGE = 2
BROKEN_OFF = 130


class Stop(Exception):
    """Its text is the one sentence that the operator reads, and `code` the exit code."""

    def __init__(self, sentence: str, code: int = USAGE) -> None:
        super().__init__(sentence)
        self.code = code
