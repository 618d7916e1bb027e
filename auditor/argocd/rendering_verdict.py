"""What Argo CD itself said last about rendering an Application (controller/state.go)."""

import re
from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.freshness import Freshness
from auditor.argocd.messages import roots

_COMPARED: Final = ("Synced", "OutOfSync")
_GENERATION: Final = re.compile(
    r"failed to generate manifest|Manifest generation error|Failed to load target state"
)
_FETCHING: Final = re.compile(
    r"repository not found|authentication required|authorization failed|permission denied"
    r"|dial tcp|no such host|connection refused|i/o timeout|deadline exceeded|TLS handshake|x509"
    r"|unable to resolve|failed to list refs|couldn't find remote ref|failed to initialize repo"
    r"|Unavailable|is not permitted|cluster .* not found|transport: |failed to fetch|ssh: "
    r"|unknown revision|failed to checkout|connection error|server misbehaving",
    re.IGNORECASE,
)
_LIVE: Final = "Failed to load live state"
_FACTOR: Final = 3
"""Times the interval after which a verdict is no longer believed (option `stale_factor`)."""


def has_rendered(app: Application, freshness: object) -> bool:
    """Tell whether Argo CD rendered the Application at its last, recent comparison."""
    status = app.status
    if status is None or status.has_comparison_error or status.sync not in _COMPARED:
        return False
    return isinstance(freshness, Freshness) and freshness.is_fresh(app, _FACTOR)


def rendering_roots(app: Application) -> tuple[str, ...]:
    """Return the reasons Argo CD gives for not rendering; not being able to fetch is none."""
    return tuple(sorted(set(_roots(app))))


def _roots(app: Application) -> Iterator[str]:
    for condition in app.status.conditions if app.status else ():
        message = condition.message
        if condition.type != "ComparisonError" or message.startswith(_LIVE):
            continue
        if _GENERATION.search(message):
            yield from (root for root in roots(message) if not _FETCHING.search(root))
