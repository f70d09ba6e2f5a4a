"""What ends the benchmark early: something to say, and the cure."""


class BenchError(Exception):
    """An error for a person: what went wrong, where, and what to do about it."""

    def __init__(self, what: str, hint: str):
        super().__init__(what)
        self.hint = hint
