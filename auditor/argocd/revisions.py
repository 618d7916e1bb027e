"""What a target revision can come to mean; mirrors `util/git` and `util/versions/tags.go`."""

import re
from collections.abc import Collection
from enum import Enum
from typing import Final

MOVING_TAGS: Final = (
    "latest",
    "main",
    "master",
    "develop",
    "dev",
    "stg",
    "staging",
    "stable",
    "edge",
    "nightly",
)
"""Names that people move on purpose, as image tags and as branches."""

_SHA: Final = re.compile(r"[0-9a-f]{7,40}\Z")
_VERSION: Final = re.compile(r"v?\d+(\.\d+)*([-+][0-9A-Za-z.+-]+)?\Z")
_PARTIAL: Final = re.compile(r"v?\d+(\.\d+)?\Z")
_OPERATORS: Final = re.compile(r"[*^~<>|]|(^|[.\s])[xX]($|[.\s])|!=|\s-\s")
_HEADS: Final = "refs/heads/"
_TAGS: Final = "refs/tags/"


class Pinned(Enum):
    """Whether the same text may mean other content tomorrow."""

    COMMIT = "commit"
    TAG = "tag"
    RANGE = "range"
    BRANCH = "branch"
    UNKNOWN = "unknown"
    """A name that could be either a branch or a tag."""


def of_git(revision: str, branches: Collection[str] = ()) -> Pinned:
    """Say what a Git `targetRevision` names; `branches` are those known to be one."""
    if revision in ("", "HEAD") or revision.startswith(_HEADS) or revision in branches:
        return Pinned.BRANCH
    if revision.startswith(_TAGS):
        return Pinned.TAG
    if _SHA.match(revision):
        return Pinned.COMMIT
    if is_range(revision):
        return Pinned.RANGE
    if _VERSION.match(revision):
        return Pinned.TAG
    is_usual = revision in MOVING_TAGS or revision.partition("/")[0] in _FOLDERS
    return Pinned.BRANCH if is_usual else Pinned.UNKNOWN


_FOLDERS: Final = ("feature", "release", "hotfix", "bugfix", "env", "environments", "deploy")


def is_range(revision: str) -> bool:
    """Tell whether a revision is a constraint on versions by its operators."""
    return not revision.startswith("refs/") and _OPERATORS.search(revision) is not None


def is_chart_range(version: str) -> bool:
    """Tell whether a chart version is a constraint; `1` and `1.2` mean the newest of their line."""
    return is_range(version) or _PARTIAL.match(version) is not None
