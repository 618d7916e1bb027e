"""What a user may decide about reading repositories and rendering."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

LEFT_OUT: Final = (
    "**/test/**",
    "**/tests/**",
    "**/testdata/**",
    "**/examples/**",
    "**/example/**",
    "**/fixtures/**",
    ".github/**",
)
"""Trees that hold manifests nobody applies; `**/` also matches at the root."""

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class RepositorySpec:
    """A repository to read: a local checkout, or a URL that is cloned."""

    url: str = ""
    """As Applications write it; empty: the checkout's `origin`, else its folder's name."""
    path: Path | None = None
    """Local checkout (or bare repository); None clones `url`."""
    revision: str = ""
    """Branch, tag or commit; empty is HEAD."""
    aliases: tuple[str, ...] = ()
    """Further URLs under which Applications name the repository."""

    @property
    def has_files(self) -> bool:
        """Say whether it is a folder with files, not a clone, a commit or a bare repository."""
        if self.path is None or self.revision:
            return False
        return not ((self.path / "HEAD").is_file() and (self.path / "objects").is_dir())


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """What one rendering may use before it is stopped."""

    time: timedelta = timedelta(seconds=30)
    memory: int = 1500 * MEGABYTE
    output: int = 50 * MEGABYTE
    depth: int = 5
    """Levels of Applications that render Applications."""


@dataclass(frozen=True, slots=True)
class GitOptions:
    """How repositories are read and Applications rendered."""

    include_all: bool = False
    """Also read what `left_out` names."""
    left_out: tuple[str, ...] = LEFT_OUT
    worktree: bool = False
    """Read uncommitted files, and folders that are no repository, where the spec has files."""
    file_limit: int = 5 * MEGABYTE
    git_time: timedelta = timedelta(seconds=300)
    """For one Git command, a clone included."""
    clones: Path | None = None
    """Folder that keeps clones between runs; None clones into a temporary one."""
    is_rendering: bool = True
    workers: int = 2
    limits: RenderLimits = field(default_factory=RenderLimits)
    chart_cache: Path | None = None
    """Folder with `<chart>-<version>.tgz` or `<chart>/Chart.yaml`."""
    is_fetching_charts: bool = False
    """Download charts of HTTP(S) and OCI repositories, without credentials, to `chart_cache`."""
    cache: Path | None = None
    """Folder that keeps what was read and rendered; its absence changes no output."""
    kube_version: str = ""
    """Version of the destination clusters, for templates that ask; empty: the renderer's."""
    api_versions: tuple[str, ...] = ()
    argocd_namespace: str = "argocd"
