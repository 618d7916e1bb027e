"""`helm template` in this process, through the Helm SDK."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.collector.render import helm_values
from auditor.collector.render.documents import objects_of
from auditor.collector.render.failure import NotRendered, unseen, wrong
from auditor.kube.manifest import at

_PLACE: Final = re.compile(r"([\w.-]+/(?:[\w.-]+/)*[\w.-]+\.(?:ya?ml|tpl|txt|json)):(\d+)")
_TESTS: Final = frozenset({"test", "test-success", "test-failure"})


def render(job: Mapping[str, Any], output: int) -> list[dict[str, Any]]:
    """Return the objects of the chart at `job["chart"]`; raise NotRendered."""
    try:
        import helm_python as helm  # noqa: PLC0415 - loads 80 MB, only where Helm is rendered
    except ImportError as error:
        raise unseen("renderer_missing", tool="helm") from error
    values = helm_values.merged(job)
    try:
        helm.validate_release_name(job["release"])
        with helm.Chart.load(job["chart"]) as chart:
            _complete(chart, values)
            files = _files(chart, values, job)
    except helm.HelmError as error:
        raise _failure(str(error).strip(), job) from error
    if sum(len(text) for _, text in files) > output:
        raise unseen("render_limit", limit="output", bytes=output)
    return [
        {"template": file, "manifest": raw}
        for file, text in files
        for raw in objects_of(text, file)
        if not (job["skip_tests"] and _is_test(raw))
    ]


def _files(chart: Any, values: Mapping[str, Any], job: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return repository path and text of every template, definitions of `crds/` first."""
    from helm_python import _native  # noqa: PLC0415 - `Chart.render` knows no kube_version

    options = {"name": job["release"], "namespace": job["namespace"], "is_install": True}
    options |= {key: job[key] for key in ("kube_version", "api_versions") if job[key]}
    handle = chart._raw()  # noqa: SLF001 - what `Chart.render` itself passes
    text = _native.call_string("helm_render", handle, json.dumps(values), json.dumps(options))
    rendered: dict[str, str] = json.loads(text)
    files = list(_definitions(chart, job)) if job["include_crds"] else []
    for name in sorted(rendered):
        base = posixpath.basename(name)
        if rendered[name].strip() and base != "NOTES.txt" and not base.startswith("_"):
            files.append((_repository_path(name, job), rendered[name]))
    return files


def _definitions(chart: Any, job: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    found = sorted(chart.crds, key=lambda crd: str(crd["filename"]))
    for crd in found:
        yield _repository_path(crd["filename"], job), crd["data"]


def _repository_path(name: str, job: Mapping[str, Any]) -> str:
    """Replace the chart's name, which Helm puts first, by the chart's folder."""
    inside = name.partition("/")[2]
    return posixpath.normpath(posixpath.join(job["path"] or ".", inside))


def _complete(chart: Any, values: Mapping[str, Any]) -> None:
    """Raise NotRendered if a dependency that is switched on is not in `charts/`."""
    declared = [entry for entry in chart.metadata.get("dependencies") or () if entry]
    if not declared:
        return
    present = {entry.get("name") for entry in chart.dependencies}
    everything = chart.merge_values(values)
    for entry in declared:
        if entry.get("name") not in present and is_enabled(entry, everything):
            raise unseen(
                "chart_dependency_not_at_hand",
                name=str(entry.get("name", "")),
                version=str(entry.get("version", "")),
                repository=str(entry.get("repository", "")),
            )


def is_enabled(entry: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Say whether conditions and tags leave a dependency on; mirrors Helm's `dependencies.go`."""
    for condition in str(entry.get("condition") or "").split(","):
        found = at(values, *condition.strip().split(".")) if condition.strip() else None
        if isinstance(found, bool):
            return found
    tags = [at(values, "tags", str(tag)) for tag in entry.get("tags") or ()]
    return True in tags or False not in tags


def _is_test(raw: Mapping[str, Any]) -> bool:
    hooks = at(raw, "metadata", "annotations", "helm.sh/hook")
    return isinstance(hooks, str) and any(hook.strip() in _TESTS for hook in hooks.split(","))


def _failure(message: str, job: Mapping[str, Any]) -> NotRendered:
    """Return the failure with the template and line that Helm's message names, if it does."""
    found = _PLACE.search(message)
    if found is None:
        return wrong("render_failed", file=job["path"], message=message)
    file = _repository_path(found[1], job)
    return wrong("render_failed", file=file, line=int(found[2]), message=message)
