"""Which files hold manifests that nobody applies: tests and examples, but not environments."""

import posixpath
import re
from collections.abc import Sequence
from typing import Final

from auditor.argocd.environment_words import Words
from auditor.collector.tree import Tree

_ENVIRONMENT: Final = "test"
_STAND_IN: Final = "\ue000"
"""Takes the place of a folder's name that no pattern is to know."""
_HOLDERS: Final = frozenset(
    {
        *("env", "envs", "environment", "environments", "stage", "stages"),
        *("overlay", "overlays", "cluster", "clusters"),
    }
)


class LeftOut:
    """Finds the pattern by which a file is left out."""

    def __init__(self, patterns: Sequence[str], tree: Tree) -> None:
        self._patterns = [(pattern, _glob(pattern)) for pattern in patterns]
        globs = "|".join(f"(?:{glob.pattern})" for _, glob in self._patterns)
        self._any = re.compile(globs, re.DOTALL) if patterns else None
        self._environments = frozenset(
            folder
            for folder in tree.folders
            if posixpath.basename(folder) == _ENVIRONMENT and _is_environment(folder, tree)
        )

    def pattern(self, path: str) -> str | None:
        """Return the first pattern that leaves `path` out, or None."""
        shown = self._without_environments(path)
        if self._any is None or not self._any.fullmatch(shown):
            return None
        return next((name for name, glob in self._patterns if glob.fullmatch(shown)), None)

    def _without_environments(self, path: str) -> str:
        if not self._environments:
            return path
        parts = path.split("/")
        return "/".join(
            _STAND_IN if "/".join(parts[: index + 1]) in self._environments else part
            for index, part in enumerate(parts)
        )


def _is_environment(folder: str, tree: Tree) -> bool:
    """Say whether a folder called test is an environment: by what holds it, or what is beside it.

    Tests of a thing lie beside the thing, never beside its production.
    """
    parent = posixpath.dirname(folder)
    if posixpath.basename(parent).lower() in _HOLDERS:
        return True
    words = Words()
    others = {*words.production, *words.staging, *words.development} - {_ENVIRONMENT}
    return any(posixpath.join(parent, word) in tree.folders for word in others)


def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts), re.DOTALL)
