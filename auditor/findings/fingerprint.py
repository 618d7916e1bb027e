"""A name for a finding that survives rewording, reordering and new severities."""

import hashlib
from collections.abc import Mapping
from typing import Any

from auditor.kube.ref import ResourceRef


def fingerprint(
    rule: str, subject: ResourceRef, raw: Mapping[str, Any], at: str, extra: str
) -> str:
    """Return twelve hex digits over the rule, the subject and the natural path of `at`."""
    parts = (
        rule,
        subject.group,
        subject.kind,
        subject.namespace,
        subject.name,
        natural_path(raw, at),
        extra,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def natural_path(raw: Mapping[str, Any], pointer: str) -> str:
    """Return `pointer` with list positions replaced by what the items are called."""
    here: Any = raw
    steps: list[str] = []
    for step in pointer.split("/")[1:]:
        if isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
            steps.append(_name(here))
        else:
            key = step.replace("~1", "/").replace("~0", "~")
            here = here.get(key) if isinstance(here, Mapping) else None
            steps.append(step)
    return "/".join(("", *steps))


def _name(item: Any) -> str:
    if not isinstance(item, Mapping):
        return f"[{item}]"
    named = [f"{k}={item[k]}" for k in ("group", "kind", "namespace", "name", "ref") if k in item]
    return f"[{','.join(named)}]" if named else "[]"
