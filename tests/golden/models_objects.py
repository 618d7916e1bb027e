"""Models of the golden areas about objects: differences, health, sources, whole comparisons.

Texts that Go libraries write (parsers of YAML, JSON, jq and Lua, converters) are not reproduced:
`SomeText` is equal to any of them, as the notes of the vectors suggest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.argocd import directory_source, respect, source_detection, value_files
from auditor.argocd.comparison import compare_application
from auditor.argocd.comparison_targets import Surroundings
from auditor.argocd.diff import compare
from auditor.argocd.health import Health, Row, aggregate, health, is_worse
from auditor.argocd.ignore_differences import rules_of
from auditor.argocd.normalise import normalise
from auditor.argocd.overrides import OverrideIgnoreDiff, ResourceOverride
from auditor.argocd.project import Project
from auditor.argocd.repository_tree import Tree, join
from auditor.argocd.settings import Settings
from auditor.kube import quantity
from auditor.kube.merge import canonical, is_same

Input = Mapping[str, Any]
Output = dict[str, Any]
_CODES = ("", "Bogus", "Degraded", "Healthy", "Missing", "Progressing", "Suspended", "Unknown")
_LINK = "SYMLINK:"


@dataclass(frozen=True, slots=True, eq=False)
class SomeText:
    """A text of a library: only that there is one counts."""

    ours: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other != ""

    def __hash__(self) -> int:
        return hash(self.ours)


def _some(text: str | None) -> SomeText | None:
    return None if text is None else SomeText(text)


def ignore_differences(case: Input) -> Output:
    """Answer for both kinds of the area."""
    if case["kind"] == "respect":
        overrides = {key: _override(raw) for key, raw in case["system_overrides"].items()}
        settings = Settings(resource_overrides=overrides)
        applied, error = respect.applied(case["target"], case["live"], rules_of(case), settings)
        return {"applied": applied, "error": _some(error)}
    settings = Settings.parse(case["argocd_cm"])
    rules = rules_of(case)
    normal = normalise(case["target"], case["live"], rules, settings)
    diff = compare(case["target"], case["live"], rules=rules, settings=settings)
    answer: Output = {"comparison_error": _some(diff.error), "error": _some(normal.error)}
    if normal.error is None:
        for side, found in (("target", normal.target), ("live", normal.live)):
            answer[side] = found
            answer[f"{side}_changed"] = not is_same(canonical(case[side]), found)
    return answer


def diff(case: Input) -> Output:
    """Answer for the area."""
    result = compare(
        case["target"],
        case["live"],
        rules=rules_of(case),
        settings=Settings.parse(case["argocd_cm"]),
        server_side_apply=case["server_side_apply_option"],
    )
    if result.error is not None:
        return {"error": SomeText(result.error)}
    return {"error": None, "modified": result.is_modified, "patch": result.patch}


def health_area(case: Input) -> Output:
    """Answer for the three kinds of the area."""
    if case["kind"] == "is_worse":
        return {"worse": {code: is_worse(case["current"], code) for code in _CODES}}
    if case["kind"] == "resource":
        return _resource_health(case)
    scripts = case.get("health_lua") or {}
    overrides = {
        key: ResourceOverride(health_lua=raw.get("health.lua", "")) for key, raw in scripts.items()
    }
    found = aggregate(
        (Row(row["target"], row["live"]) for row in case["resources"]),
        Settings(resource_overrides=overrides),
        application={"metadata": case["app"]},
    )
    return {
        "causes": found.causes,
        "error": _some(found.error),
        "resource_health": [None if row is None else row.status for row in found.rows],
        "status": found.status,
    }


def _resource_health(case: Input) -> Output:
    settings = Settings.parse(case.get("argocd_cm"))
    if settings.error is not None:
        return {"error": SomeText(settings.error), "health": None}
    found = health(case["object"], settings)
    if found is None:
        return {"error": None, "health": None}
    return {"error": _some(found.error), "health": _told(found)}


def _told(found: Health) -> Output:
    message = found.message if found.error is None else SomeText(found.message)
    return {"message": message, "status": found.status}


def source_area(case: Input) -> Output:
    """Answer for the four kinds of the area."""
    models: dict[str, Callable[[Input, Tree], Output]] = {
        "type": _source_type,
        "directory": _directory,
        "value_files": _value_files,
        "app_path": _app_path,
    }
    return models[case["kind"]](case, _tree(case["files"]))


def _source_type(case: Input, tree: Tree) -> Output:
    found = source_detection.detect(
        case["source"],
        tree,
        case["app_path"],
        instance=case["app"],
        enabled_tools=case["tools"],
    )
    is_own = found.error is None or found.error.startswith("multiple application sources")
    error = found.error if is_own else _some(found.error)
    return {"error": error, "source": dict(found.source), "type": found.type}


def _directory(case: Input, tree: Tree) -> Output:
    block = directory_source.Directory.parse(case["directory"])
    limit = quantity.parse(case.get("size_limit") or "0")
    size = int(limit.value) if limit is not None else 0
    path = case["app_path"]
    try:
        files = sorted(f"<repo>/{f}" for f in directory_source.files(tree, path, block, limit=size))
    except directory_source.ManifestError as error:
        return {"error": SomeText(str(error)), "files": None, "objects": None}
    try:
        objects = directory_source.objects(tree, path, block, limit=size)
    except directory_source.ManifestError as error:
        return {"error": SomeText(str(error)), "files": files, "objects": None}
    names = [f"{o.get('kind', '')}/{(o.get('metadata') or {}).get('name', '')}" for o in objects]
    return {"error": None, "files": files, "objects": names}


def _value_files(case: Input, tree: Tree) -> Output:
    references = {
        name: (url, _tree(case["ref_files"].get(url, {}))) for name, url in case["refs"].items()
    }
    checkout = value_files.Checkout(
        tree, case["app_path"], references, case["env"], case["schemes"]
    )
    try:
        found = value_files.resolve_value_files(
            case["value_files"], checkout, ignore_missing=case["ignore_missing"]
        )
    except value_files.ValueFileError as error:
        is_glob_outside = "glob match" in str(error)
        return {"error": _some(str(error)) if is_glob_outside else str(error), "resolved": None}
    return {"error": None, "resolved": [_place(item) for item in found]}


def _place(item: value_files.ValueFile) -> str:
    if item.repository is None:
        return item.path
    return f"<ref:{item.repository}>/{item.path}" if item.repository else f"<repo>/{item.path}"


def _app_path(case: Input, tree: Tree) -> Output:
    error = source_detection.path_error(tree, case["path"])
    place = "" if error else f"<repo>/{join(case['path'])}".rstrip("/")
    return {"error": error, "path": place}


def _tree(files: Mapping[str, str]) -> Tree:
    links = {p: c.removeprefix(_LINK) for p, c in files.items() if c.startswith(_LINK)}
    return Tree({p: _reader(c) for p, c in files.items() if p not in links}, links)


def _reader(content: str) -> Callable[[], str]:
    return lambda: content


def comparison(case: Input) -> Output:
    """Answer for the area."""
    around = Surroundings(
        Project.of_spec(case["project"], name="default"),
        Settings.parse(case["argocd_cm"]),
        control_plane_namespace="fake-argocd-ns",
    )
    found = compare_application(case["app"], case["targets"], case["live"], around)
    rows = [
        {
            "group": row.ref.group,
            "hook": row.is_hook,
            "kind": row.ref.kind,
            "name": row.ref.name,
            "namespace": row.ref.namespace,
            "requires_deletion_confirmation": row.requires_deletion_confirmation,
            "requires_pruning": row.requires_pruning,
            "status": row.status,
            "sync_wave": row.sync_wave,
        }
        for row in found.rows
    ]
    return {
        "conditions": [{"message": text, "type": kind} for kind, text in found.conditions],
        "error": None,
        "has_post_delete_hooks": found.has_post_delete_hooks,
        "has_pre_delete_hooks": found.has_pre_delete_hooks,
        "health": found.health,
        "resources": rows,
        "sync_status": found.sync_status,
    }


def _override(raw: Mapping[str, Any]) -> ResourceOverride:
    keys = ("jsonPointers", "jqPathExpressions", "managedFieldsManagers")
    return ResourceOverride(
        ignore_differences=OverrideIgnoreDiff(*(tuple(raw.get(key) or ()) for key in keys))
    )


MODELS: dict[str, Callable[[Input], Output]] = {
    "ignore_differences": ignore_differences,
    "diff": diff,
    "health": health_area,
    "source_detection": source_area,
    "compare": comparison,
}
REGISTRY = MODELS
