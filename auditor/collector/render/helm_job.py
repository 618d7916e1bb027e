"""What the Helm worker is asked for one source; mirrors `helmTemplate` of `repository.go`."""

import contextlib
import hashlib
import posixpath
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditor.argocd.semver_constraints import BadVersion, allows
from auditor.argocd.semver_constraints import version as semver
from auditor.argocd.value_files import expand_environment
from auditor.collector import yaml_reader
from auditor.collector.render import helm_checks
from auditor.collector.render.charts import Charts
from auditor.collector.render.export import copy
from auditor.collector.render.failure import NotRendered, wrong
from auditor.collector.render.place import Files, Target
from auditor.collector.render.value_files import Lookup, read_all, read_one
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_nodes import BadYaml
from auditor.kube.loose import is_true, mapping, mappings, sequence, text, texts

_LOCAL: Final = "file://"
_MAX_LEVEL: Final = 5
_KUBE_VERSION: Final = re.compile(
    r"\s*v?((?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*)"
)


def job(
    source: Mapping[str, Any], files: Files, lookup: Lookup, target: Target, charts: Charts
) -> dict[str, Any]:
    """Return the job; raise NotRendered."""
    helm = mapping(source, "helm")
    environment = lookup.environment
    return {
        "type": "Helm",
        "path": lookup.folder,
        "chart": str(_chart(files, lookup.folder, charts)),
        "root": str(files.folder) + "/",
        "values": [*_value_files(helm, lookup), *_own_values(helm)],
        "set": [
            (name, expand_environment(value, environment), is_text)
            for name, value, is_text in _parameters(helm)
        ],
        "set_file": [
            (text(entry, "name"), read_one(text(entry, "path"), lookup))
            for entry in mappings(helm, "fileParameters")
        ],
        "release": text(helm, "releaseName") or target.name,
        "namespace": text(helm, "namespace") or target.destination_namespace,
        "kube_version": kube_version(text(helm, "kubeVersion") or target.kube_version),
        "api_versions": list(texts(helm, "apiVersions") or target.api_versions),
        "include_crds": not is_true(helm, "skipCrds"),
        "skip_tests": is_true(helm, "skipTests"),
        "skip_schema": is_true(helm, "skipSchemaValidation"),
    }


def kube_version(written: str) -> str:
    """Return the numbers of a version without `v` and suffixes; raise NotRendered for others.

    Mirrors `parseKubeVersion` of `repository.go`.
    """
    if not written:
        return ""
    found = _KUBE_VERSION.match(written)
    if found is None:
        message = f"could not parse {written!r} as version"
        raise wrong("render_failed", file="", message=message)
    return found[1]


def _value_files(helm: Mapping[str, Any], lookup: Lookup) -> list[dict[str, Any]]:
    is_lenient = is_true(helm, "ignoreMissingValueFiles")
    return read_all(texts(helm, "valueFiles"), lookup, ignore_missing=is_lenient)


def _own_values(helm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return `valuesObject`, which wins, or `values`."""
    if isinstance(given := helm.get("valuesObject"), Mapping):
        return [{"path": "valuesObject", "object": given}]
    written = text(helm, "values")
    return [{"path": "values", "text": written}] if written else []


def _parameters(helm: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield the parameters as `--set`, then those as `--set-string`; a later name wins."""
    last = {(text(p, "name"), is_true(p, "forceString")): p for p in mappings(helm, "parameters")}
    for is_text in (False, True):
        for (name, forced), entry in sorted(last.items(), key=lambda item: item[0]):
            if name and forced is is_text:
                yield name, _scalar(entry.get("value")), is_text


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _chart(files: Files, folder: str, charts: Charts) -> Path:
    """Return the chart's folder, a completed copy where dependencies lie elsewhere."""
    if not files.tree.is_file(posixpath.join(folder, "Chart.yaml")):
        raise wrong("chart_file_missing", path=folder)
    lying = files.part(folder)
    remote = list(_remote_dependencies(folder, files.tree, charts))
    if not remote and not any(_local_dependencies(folder, files.tree)):
        return lying
    # What a constraint comes to may change while the folder does not.
    name = hashlib.sha256("\0".join((folder, *map(str, remote))).encode()).hexdigest()[:16]
    target = files.folder.parent / f"{files.folder.name}.charts" / name
    if not target.exists():
        _assemble(folder, files, target, charts, 0)
    return target


def _assemble(folder: str, files: Files, target: Path, charts: Charts, level: int) -> None:
    if level > _MAX_LEVEL:
        raise wrong("chart_dependency_cycle", path=folder)
    copy(files.part(folder), target)
    for name, other in _local_dependencies(folder, files.tree):
        inside = target / "charts" / Path(name).name
        shutil.rmtree(inside, ignore_errors=True)
        _assemble(other, files, inside, charts, level + 1)
    for archive in _remote_dependencies(folder, files.tree, charts):
        place = target / "charts" / archive.name
        place.parent.mkdir(exist_ok=True)
        if archive.is_dir():
            copy(archive, place)
        else:
            shutil.copyfile(archive, place)


def _remote_dependencies(folder: str, tree: Tree, charts: Charts) -> Iterator[Path]:
    """Yield archives and folders of dependencies that are at hand but not in `charts/`.

    Those that are not at hand are left to the engine, which knows whether they are switched on.
    """
    inside = posixpath.join(folder, "charts", "")
    there = {path[len(inside) :].partition("/")[0] for path in tree.under(inside.rstrip("/"))}
    locked = _locked(folder, tree)
    for entry in mappings(_chart_file(folder, tree), "dependencies"):
        name, address = text(entry, "name"), text(entry, "repository")
        if not name or "://" not in address or address.startswith(_LOCAL):
            continue
        if any(re.fullmatch(rf"{re.escape(name)}(?:-v?\d.*\.tgz)?", found) for found in there):
            continue
        version = text(entry, "version")
        if locked is not None:
            version = _in_step(entry, locked, folder)
        with contextlib.suppress(NotRendered):
            yield charts.archive(address, name, version)[0]


def _locked(folder: str, tree: Tree) -> Any:
    """Return what the lock file holds, None where there is none."""
    for name in helm_checks.LOCKS:
        path = posixpath.join(folder, name)
        if tree.is_file(path):
            return _first(path, tree)
    return None


def _in_step(entry: Mapping[str, Any], locked: Any, folder: str) -> str:
    """Return the locked version of a dependency; raise NotRendered as `helm dependency build`.

    Helm compares a digest of both files; what is compared here is what both say.
    """
    name, wanted = text(entry, "name"), text(entry, "version")
    for line in mappings(locked, "dependencies"):
        found = text(line, "version")
        if text(line, "name") == name and _is_allowed(wanted, found):
            return found
    message = "the lock file is out of sync with the dependencies of Chart.yaml"
    raise wrong("render_failed", file=posixpath.join(folder, "Chart.yaml"), message=message)


def _is_allowed(constraint: str, version: str) -> bool:
    try:
        return not constraint or allows(constraint, semver(version))
    except BadVersion:
        return constraint == version


def _local_dependencies(folder: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield name and folder of `file://` dependencies that Helm would copy to `charts/`."""
    for entry in sequence(_chart_file(folder, tree), "dependencies"):
        name, address = text(entry, "name"), text(entry, "repository")
        if not name or not address.startswith(_LOCAL):
            continue
        try:
            other = tree.resolve(posixpath.join(folder, address.removeprefix(_LOCAL)))
        except BadLink as bad:
            raise wrong("path_outside_repository", path=address) from bad
        if f"{other}/Chart.yaml".lstrip("/") in tree.entries:
            yield name, other


def _chart_file(folder: str, tree: Tree) -> Any:
    return _first(posixpath.join(folder, "Chart.yaml"), tree)


def _first(path: str, tree: Tree) -> Any:
    try:
        found = yaml_reader.values(yaml_reader.text_of(tree.read(path)))
    except BadYaml as bad:
        raise wrong("render_failed", file=path, line=bad.line, message=bad.reason) from bad
    return found[0] if found else None
