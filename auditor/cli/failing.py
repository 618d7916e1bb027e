"""What the command line itself refuses."""


class Refused(Exception):
    """The arguments cannot be used: `code` says why, `facts` name them."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
