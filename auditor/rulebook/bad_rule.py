"""What is no rule, and why."""


class BadRule(Exception):
    """A rule of somebody's own cannot be used: `code` says why, `facts` name the place."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
