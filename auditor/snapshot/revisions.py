"""Derived: which names are branches, and which are a branch and a tag at once, by repository."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd import git_url
from auditor.kube.loose import text, texts
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Revisions:
    """Names of the repositories that were read, by normal form of the URL."""

    by_url: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Branches that were read."""
    ambiguous: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Names that a branch and a tag bear; without an entry it is not known."""

    def branches(self, url: str) -> frozenset[str]:
        """Return the names known to be branches; others may be."""
        return self.by_url.get(git_url.normalise_allow_invalid(url), frozenset())

    def ambiguities(self, url: str) -> frozenset[str] | None:
        """Return the names that mean two things, or None where the refs were not read."""
        return self.ambiguous.get(git_url.normalise_allow_invalid(url))


def _revisions(snapshot: Snapshot) -> Revisions:
    look = snapshot.look(sections.GIT_REPOSITORIES)
    branches: dict[str, set[str]] = defaultdict(set)
    ambiguous: dict[str, frozenset[str]] = {}
    for item in look.items if isinstance(look, Collected) else ():
        for url in (text(item.raw, "url"), *texts(item.raw, "aliases")):
            key = git_url.normalise_allow_invalid(url)
            branches[key] |= {*texts(item.raw, "branches")}
            if isinstance(item.get("ambiguous"), list):
                ambiguous[key] = frozenset(texts(item.raw, "ambiguous"))
    return Revisions({url: frozenset(names) for url, names in branches.items()}, ambiguous)


REVISIONS: Final[Derived[Revisions]] = Derived("revisions", _revisions)
