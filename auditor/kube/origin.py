"""Where an object was read: a file at a commit, a live cluster, or the output of a template."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GitOrigin:
    """A document of a file in a repository, as its object database holds it."""

    repository: str
    """URL without credentials, or the name given to a local checkout."""
    commit: str
    """Forty hex digits; `worktree` where the user asked for uncommitted files."""
    path: str
    line: int
    """Line the document starts on, counted from 1."""
    document: int = 0
    """Which document of the file, counted from 0."""


@dataclass(frozen=True, slots=True)
class LiveOrigin:
    """An object as the API server returned it."""

    cluster: str
    """Host and port of the API server."""


@dataclass(frozen=True, slots=True)
class RenderedOrigin:
    """An object that rendering an Application's source produced."""

    application: str
    """`namespace/name` of the Application."""
    repository: str
    commit: str
    path: str
    """Template file inside the repository, or the source's path where no tool names a file."""
    kind: str = "Application"
    """What `application` names: an Application, an ApplicationSet (whose file `path` is), or, for
    what nobody points at, the folder of a Chart or a Kustomization built with its own defaults."""

    @property
    def is_root(self) -> bool:
        """Say whether a folder made it that is built by itself: beside others, never with them."""
        return self.kind in ("Chart", "Kustomization")


Origin = GitOrigin | LiveOrigin | RenderedOrigin
