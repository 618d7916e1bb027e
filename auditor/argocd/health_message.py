"""The object that `status.health.message` blames; mirrors `controller/health.go`."""

import re
from typing import Final

from auditor.kube.ref import ResourceRef

_CAUSED_BY: Final = re.compile(
    r"Caused by (?:(?P<group>[^/:\s]*)/)?(?P<kind>[^/:\s]+):(?:(?P<namespace>[^/\s]*)/)?"
    r"(?P<name>[^/\s]+)"
)


def blamed(message: str) -> ResourceRef | None:
    """Return the object named in `Caused by group/Kind:namespace/name` (since 3.6), or None."""
    found = _CAUSED_BY.search(message)
    if found is None:
        return None
    parts = ("group", "kind", "namespace", "name")
    return ResourceRef(*(found[part] or "" for part in parts))
