"""Why a source was not rendered: through what the repository holds, or for want of something."""

import resource
from typing import Any


class NotRendered(Exception):
    """One source gave no objects; `code` and `facts` are those of a gap."""

    def __init__(self, code: str, *, is_content: bool, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.is_content = is_content
        """Whether Argo CD would fail alike, because of what is written in Git."""

    @property
    def record(self) -> dict[str, Any]:
        """Return the `error` of an item of the section `renderings`."""
        return {"code": self.code, "facts": dict(self.facts), "is_content": self.is_content}


def wrong(code: str, **facts: Any) -> NotRendered:
    """Return the failure that Argo CD would see too."""
    return NotRendered(code, is_content=True, **facts)


def unseen(code: str, **facts: Any) -> NotRendered:
    """Return the failure of not being able to look."""
    return NotRendered(code, is_content=False, **facts)


def starved() -> NotRendered:
    """Return the failure of a worker that reached the limit of its own memory."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return unseen("render_limit", limit="memory", bytes=allowed)
