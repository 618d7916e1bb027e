"""Why an Application belongs to an environment: what it and its files are called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from auditor.argocd.application import Application
from auditor.kube.gap import Gap
from auditor.kube.origin import GitOrigin, RenderedOrigin

if TYPE_CHECKING:
    from auditor.engine.environments import Environment

UNASSIGNED: Final = "unassigned"


@dataclass(slots=True)
class Reader:
    """Says why an Application belongs where it does; remembers what each value speaks of."""

    known: Sequence["Environment"]
    _hits: dict[tuple[str, str], "_Hit | None"] = field(default_factory=dict)

    def reason(self, app: Application) -> Gap:
        """Return the strongest reason: what says it outright before what only sounds like it."""
        for selector, values in _tests(app):
            hits = [hit for value in values if value and (hit := self._hit(selector, value))]
            if hits:
                return max(hits, key=lambda hit: hit.rank).reason
        return _NOWHERE

    def _hit(self, selector: str, value: str) -> "_Hit | None":
        key = selector, value
        if key not in self._hits:
            self._hits[key] = _hit(self.known, selector, value)
        return self._hits[key]


_NOWHERE: Final = Gap("none", {"environment": UNASSIGNED})
_CODES: Final = {
    "labels": "label",
    "namespaces": "namespace",
    "names": "name",
    "clusters": "cluster",
    "projects": "project",
    "paths": "path",
}


@dataclass(frozen=True, slots=True)
class _Hit:
    """The strongest glob that a value matches; of equal ones the first."""

    rank: tuple[tuple[int, int], int, int]
    reason: Gap


def _hit(known: Sequence["Environment"], selector: str, value: str) -> _Hit | None:
    hits = [
        ((strength(glob), -first, -second), environment.name, glob)
        for first, environment in enumerate(known)
        for second, glob in enumerate(getattr(environment, selector))
        if fnmatchcase(value, glob)
    ]
    if not hits:
        return None
    rank, name, glob = max(hits)
    facts = {"environment": name, "pattern": glob, "value": value}
    return _Hit(rank, Gap(_CODES[selector], facts))


def _tests(app: Application) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "labels", tuple(f"{k}={v}" for k, v in app.manifest.labels.items())
    yield "namespaces", (app.destination.namespace,)
    yield "names", (app.name,)
    yield "clusters", (app.destination.server, app.destination.name)
    yield "projects", (app.project,)
    yield "paths", tuple(_paths_of(app))


def _paths_of(app: Application) -> Iterator[str]:
    yield from (f"/{source.path}/" for source in app.sources if source.path)
    if app.declared and isinstance(app.declared.origin, GitOrigin):
        yield f"/{app.declared.origin.path}"
    if app.declared and isinstance(app.declared.origin, RenderedOrigin):
        # An overlay's path is its folder.
        yield f"/{app.declared.origin.path}/"


def strength(pattern: str) -> tuple[int, int]:
    """Rank a glob: the whole word, then its end (`*-prod`), its beginning, its middle.

    Longer patterns win among equals, so that `*-pre-prod` is not taken for `*-prod`.
    """
    starts, ends = pattern.startswith("*"), pattern.endswith("*")
    form = {(False, False): 3, (True, False): 2, (False, True): 1, (True, True): 0}
    return form[starts, ends], len(pattern)
