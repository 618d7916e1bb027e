"""How a namespace goes; mirrors Kubernetes' `namespace/deletion/status_condition_utils.go`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditor.kube.loose import mappings, text, texts
from auditor.kube.manifest import Manifest
from auditor.kube.moment import moment

_FINALIZER: Final = re.compile(r"([^\s:,]+) in \d+ resource instances")
_CONTENT: Final = re.compile(r"([^\s:,]+) has \d+ resource instances")


@dataclass(frozen=True, slots=True)
class Deletion:
    """How far the deletion of one namespace has come."""

    since: datetime | None
    """None where the time cannot be read."""
    finalizers: tuple[str, ...]
    """Those of the namespace, and those that its contents are said to have."""
    contents: tuple[str, ...]
    """Resources that remain, such as `pods` or `rollouts.argoproj.io`."""
    conditions: tuple[str, ...]
    """Types of the conditions that are true."""


def deletion_of(namespace: Manifest) -> Deletion | None:
    """Return the deletion of a live Namespace, or None where it is not being deleted."""
    stamp = text(namespace.raw, "metadata", "deletionTimestamp")
    if not stamp:
        return None
    conditions = [c for c in mappings(namespace.raw, "status", "conditions") if _is_true(c)]
    messages = {text(c, "type"): text(c, "message") for c in conditions}
    said = messages.get("NamespaceFinalizersRemaining", "")
    own = texts(namespace.raw, "metadata", "finalizers")
    rest = messages.get("NamespaceContentRemaining", "")
    return Deletion(
        since=moment(stamp),
        finalizers=tuple(dict.fromkeys((*own, *_FINALIZER.findall(said)))),
        contents=tuple(found.rstrip(".") for found in _CONTENT.findall(rest)),
        conditions=tuple(sorted(messages)),
    )


def _is_true(condition: Mapping[str, object]) -> bool:
    return condition.get("status") == "True"
