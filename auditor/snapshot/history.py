"""The commits behind Applications that are not well."""

from collections.abc import Mapping
from typing import Final

from auditor.argocd.commits import Commit
from auditor.kube.loose import mappings, text
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.sections import GIT_HISTORY
from auditor.snapshot.snapshot import Snapshot

History = Mapping[str, tuple[Commit, ...]]


def _history(snapshot: Snapshot) -> History:
    look = snapshot.look(GIT_HISTORY)
    items = look.items if isinstance(look, Collected) else ()
    return {
        text(item.raw, "application"): tuple(
            commit for raw in mappings(item.raw, "commits") if (commit := Commit.parse(raw))
        )
        for item in items
    }


HISTORY: Final[Derived[History]] = Derived("history", _history)
"""`namespace/name` of an Application to its last commits, the newest first; empty where unknown."""
