"""`helm template` in this process, through the Helm SDK."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.collector.render import helm_binary, helm_checks, helm_copy, helm_values
from auditor.collector.render.failure import NotRendered, unseen, wrong
from auditor.collector.render.helm_manifests import definitions_of, is_manifest, objects_of

_PLACE: Final = re.compile(r"([\w.-]+/(?:[\w.-]+/)*[\w.-]+\.(?:ya?ml|tpl|txt|json)):(\d+)")


def render(job: Mapping[str, Any], output: int) -> list[dict[str, Any]]:
    """Return the objects of the chart at `job["chart"]`; raise NotRendered."""
    try:
        import helm_python as helm  # noqa: PLC0415 - loads 80 MB, only where Helm is rendered
    except ImportError:
        return _by_binary(job, output)
    values = helm_values.merged(job)
    try:
        helm.validate_release_name(job["release"])
        with (
            helm_copy.prepared(values, job) as folder,
            helm.Chart.load(folder) as chart,
        ):
            helm_checks.check(chart.metadata, chart.dependencies, chart.merge_values, values, job)
            files = _files(chart, values, job)
    except helm.HelmError as error:
        raise _failure(str(error).strip(), job) from error
    if sum(len(text) for _, text, _ in files) > output:
        raise unseen("render_limit", limit="output", bytes=output)
    return _objects(files, job)


def _objects(files: list[tuple[str, str, bool]], job: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for file, text, is_template in files:
        if is_template:
            raws = objects_of(text, file, skip_tests=job["skip_tests"])
        else:
            raws = definitions_of(text, file)
        found += [{"template": file, "manifest": raw} for raw in raws]
    return found


def _by_binary(job: Mapping[str, Any], output: int) -> list[dict[str, Any]]:
    """Do the same with the `helm` of the user's PATH, where the SDK is not installed."""
    text = helm_binary.template(job, output)
    if isinstance(text, NotRendered):
        raise _failure(str(text.facts.get("message", "")), job) if text.is_content else text
    files = [(_repository_path(name, job), part, False) for name, part in helm_binary.parts(text)]
    return _objects(files, job)


def _files(
    chart: Any, values: Mapping[str, Any], job: Mapping[str, Any]
) -> list[tuple[str, str, bool]]:
    """Return repository path and text of definitions and templates, and whether it is the latter.

    Definitions of `crds/` come first.
    """
    from helm_python import _native  # noqa: PLC0415 - `Chart.render` knows no kube_version

    options = {"name": job["release"], "namespace": job["namespace"], "is_install": True}
    options |= {key: job[key] for key in ("kube_version", "api_versions") if job[key]}
    handle = chart._raw()  # noqa: SLF001 - what `Chart.render` itself passes
    text = _native.call_string("helm_render", handle, json.dumps(values), json.dumps(options))
    rendered: dict[str, str] = json.loads(text)
    files = list(_definitions(chart, job)) if job["include_crds"] else []
    return files + [
        (_repository_path(name, job), rendered[name], True)
        for name in sorted(rendered)
        if is_manifest(name, rendered[name])
    ]


def _definitions(chart: Any, job: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    found = sorted(chart.crds, key=lambda crd: str(crd["filename"]))
    for crd in found:
        yield _repository_path(crd["filename"], job), crd["data"] + "\n", False


def _repository_path(name: str, job: Mapping[str, Any]) -> str:
    """Replace the chart's name, which Helm puts first, by the chart's folder."""
    inside = name.partition("/")[2]
    return posixpath.normpath(posixpath.join(job["path"] or ".", inside))


def _failure(message: str, job: Mapping[str, Any]) -> NotRendered:
    """Return the failure with the template and line that Helm's message names, if it does."""
    found = _PLACE.search(message)
    if found is None:
        return wrong("render_failed", file=job["path"], message=message)
    file = _repository_path(found[1], job)
    return wrong("render_failed", file=file, line=int(found[2]), message=message)
