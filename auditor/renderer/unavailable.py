"""A format that this machine cannot make."""


class Unavailable(Exception):
    """Something outside Python is absent; `code` and `facts` say what to install."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
