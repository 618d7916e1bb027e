"""Which tool renders a source, and whether its path is usable.

Mirrors `GetAppSourceType` of upstream `reposerver/repository/repository.go`,
`util/app/discovery/discovery.go` and `util/app/path/path.go`. Config management plugins answer
for themselves and are not asked here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.argocd import source_overrides
from auditor.argocd.application_source import ManyTypes, explicit_type
from auditor.argocd.repository_tree import Tree, is_outside, join
from auditor.argocd.source_overrides import OverrideError

KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True, slots=True)
class Detection:
    """The type of a source and the source with its override files merged in."""

    type: str
    """`Helm`, `Kustomize`, `Directory`, `Plugin`; empty with an error."""
    source: Mapping[str, Any]
    error: str | None = None


def detect(
    source: Mapping[str, Any],
    tree: Tree,
    app_path: str,
    *,
    instance: str = "",
    enabled_tools: Mapping[str, bool] | None = None,
) -> Detection:
    """Find the type: an explicit block, even an empty one, else marker files in `app_path`.

    `enabled_tools` are those of `Settings.enabled_tools`; a tool not named is enabled.
    """
    tools = enabled_tools or {}
    try:
        merged = source_overrides.effective(source, tree, app_path, instance)
    except OverrideError as error:
        return Detection("", dict(source), f"error while parsing source parameters: {error}")
    try:
        explicit = explicit_type(merged)
    except ManyTypes as error:
        return Detection("", merged, str(error))
    if explicit is not None:
        return Detection(explicit if tools.get(explicit, True) else "Directory", merged)
    here = (path.rpartition("/")[2] for path in tree.walk(join(app_path), recurse=False))
    return Detection(discovered(here, tools), merged)


def path_error(tree: Tree, path: str) -> str | None:
    """Return why a source's `path` cannot be used, None where it can."""
    if path.startswith("/"):
        return f"{path}: app path is absolute"
    found = join(path)
    if is_outside(found):
        return f"{path}: app path outside root"
    if not tree.exists(found):
        return f"{path}: app path does not exist"
    if not tree.is_directory(tree.resolve(found)):
        return f"{path}: app path is not a directory"
    return None


def discovered(names: Iterable[str], tools: Mapping[str, bool]) -> str:
    """Return the type that the files directly in a folder stand for.

    `names` come in the order of filepath.Walk: the last marker wins.
    """
    found = "Directory"
    for name in names:
        if name.endswith("Chart.yaml") and tools.get("Helm", True):
            found = "Helm"
        if name in KUSTOMIZATION_FILES and tools.get("Kustomize", True):
            found = "Kustomize"
    return found
