"""Derived: the newest commit that was read of each repository and branch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd import git_url
from auditor.argocd.application import Application
from auditor.kube.loose import text, texts
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Derived
from auditor.snapshot.snapshot import Snapshot

_PATHS: Final = "argocd.argoproj.io/manifest-generate-paths"
_COMMIT_DIGITS: Final = 40


@dataclass(frozen=True, slots=True)
class Heads:
    """Commits by normal form of the URL and name of the branch."""

    by_branch: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def newer(self, app: Application, seen: tuple[str, ...]) -> str:
        """Return a commit that Git has and `seen`, one a source, has not; empty where none is.

        With manifest-generate-paths a new commit may be none for this Application: none is told.
        """
        if app.live is None or _PATHS in app.live.annotations:
            return ""
        for source, commit in zip(app.sources, seen, strict=False):
            url = git_url.normalise_allow_invalid(source.repo_url)
            head = self.by_branch.get((url, source.target_revision or "HEAD"), "")
            if head and len(commit) == _COMMIT_DIGITS and head != commit:
                return head
        return ""


def _heads(snapshot: Snapshot) -> Heads:
    look = snapshot.look(sections.GIT_REPOSITORIES)
    found: dict[tuple[str, str], str] = {}
    for item in look.items if isinstance(look, Collected) else ():
        commit = text(item.raw, "commit")
        for url in (text(item.raw, "url"), *texts(item.raw, "aliases")):
            if len(commit) == _COMMIT_DIGITS:
                key = git_url.normalise_allow_invalid(url), text(item.raw, "revision")
                found[key] = commit
    return Heads(found)


HEADS: Final[Derived[Heads]] = Derived("heads", _heads)
