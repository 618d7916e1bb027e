"""What Argo CD itself says about the permissions of an Application.

Its messages are those of `util/argo/argo.go` (ValidatePermissions), `controller/sync.go`
(validateSyncPermissions) and `controller/appcontroller.go` (projectErrorToCondition).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.app_project import DEFAULT
from auditor.argocd.application import Application, Destination
from auditor.argocd.freshness import Freshness
from auditor.argocd.sources import sources_of
from auditor.argocd.status import Status
from auditor.kube.ref import ResourceRef

_REFUSED_DESTINATION: Final = "do not match any of the allowed destinations in project"
_NOT_PERMITTED: Final = "is not permitted in project"
_NO_PROJECT: Final = ("which does not exist", "appproject.argoproj.io")


@dataclass(frozen=True, slots=True)
class Trust:
    """When Argo CD's word counts."""

    stale_factor: int = 3
    """Periods a comparison may lag behind the newest one."""


@dataclass(frozen=True, slots=True)
class Word:
    """Argo CD's word on one Application; `Word.of` reads it."""

    app: Application
    is_fresh: bool

    @classmethod
    def of(cls, app: Application, freshness: Freshness | None, trust: Trust) -> "Word":
        """Read it; without knowing how fresh it is nothing it accepts counts."""
        return cls(app, bool(freshness and freshness.is_fresh(app, trust.stale_factor)))

    @property
    def refuses_project(self) -> bool:
        """Say whether it did not find the project."""
        return any(
            part in message
            for message in self._conditions(self.app.project)
            for part in _NO_PROJECT
        )

    def refuses_source(self, url: str) -> bool:
        """Say whether it refuses a repository."""
        return any(f"{url} {_NOT_PERMITTED}" in m for m in self._conditions(self.app.project))

    @property
    def refuses_destination(self) -> bool:
        """Say whether it refuses the destination."""
        return any(_REFUSED_DESTINATION in m for m in self._conditions(self.app.project))

    @property
    def accepts_spec(self) -> bool:
        """Say whether it compared these sources and this destination in this project.

        An Application whose project, source or destination is refused is never compared.
        """
        status, live = self.app.status, self.app.live
        if status is None or live is None or not self.is_fresh:
            return False
        if any(c.type == "InvalidSpecError" for c in status.conditions):
            return False
        compared = status.compared_to
        return (
            (live.get("spec", "project") or DEFAULT) == self.app.project
            and _repositories(compared) == _repositories(self.app.spec)
            and Destination.parse(compared) == self.app.destination
        )

    def refuses_objects(self, refs: Iterable[ResourceRef]) -> bool:
        """Say whether the last operation was refused one of `refs` by the project."""
        operation = self.app.status.operation if self.app.status else None
        if operation is None:
            return False
        refused = {_key(r.ref) for r in operation.results if _NOT_PERMITTED in r.message}
        return any(_key(ref) in refused for ref in refs)

    def accepts_kind(self, ref: ResourceRef, commits: tuple[str, ...]) -> bool:
        """Say whether it compared the object; one whose kind is denied has status Unknown."""
        return self._row(ref, commits) in {"Synced", "OutOfSync"}

    def accepts_namespace(self, ref: ResourceRef, commits: tuple[str, ...]) -> bool:
        """Say whether it saw the live object; one in a denied namespace is OutOfSync for ever."""
        return self._row(ref, commits) == "Synced"

    def _row(self, ref: ResourceRef, commits: tuple[str, ...]) -> str:
        status = self.app.status
        if not self.accepts_spec or status is None or commits != status.revisions:
            return ""
        rows = (row for row in status.rows if row.counts and not row.requires_pruning)
        return next((row.status for row in rows if _key(row.ref) == _key(ref)), "")

    def _conditions(self, project: str) -> list[str]:
        status: Status | None = self.app.status
        found = status.conditions if status else ()
        return [c.message for c in found if c.is_error and project in c.message]


def _repositories(spec: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(source.repo_url for source in sources_of(spec))


def _key(ref: ResourceRef) -> tuple[str, str, str]:
    """Return what names an object; results give cluster-scoped ones a namespace, rows do not."""
    return ref.group, ref.kind, ref.name
