"""Derived: the kinds a cluster serves, by group version, and the groups that were not read."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.kube.gap import Gap
from auditor.kube.loose import text, texts
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Served:
    """API discovery of one cluster."""

    kinds: dict[str, set[str]]
    """`group/version`, or the bare version of the core group, to kinds."""
    gaps: tuple[Gap, ...] = ()

    def has(self, raw: Mapping[str, Any]) -> bool:
        """Say whether the kind of a raw object is served in its version."""
        return text(raw, "kind") in self.kinds.get(text(raw, "apiVersion"), ())

    def gap(self, group: str) -> Gap | None:
        """Return why the kinds of `group` are not known; None where they are."""
        return next((gap for gap in self.gaps if gap.facts.get("group", "") in ("", group)), None)


def _served(snapshot: Snapshot) -> Served | Missing | Excluded:
    look = snapshot.look(sections.LIVE_KINDS)
    if not isinstance(look, Collected):
        return look
    found: dict[str, set[str]] = defaultdict(set)
    for item in look.items:
        group, kind = text(item.raw, "group"), text(item.raw, "kind")
        for version in {text(item.raw, "version"), *texts(item.raw, "versions")} - {""}:
            found[f"{group}/{version}" if group else version].add(kind)
    return Served(dict(found), look.gaps)


SERVED: Final[Derived[Served]] = Derived("served", _served)
