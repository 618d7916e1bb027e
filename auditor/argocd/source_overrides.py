"""`.argocd-source.yaml` and `.argocd-source-<app>.yaml`: parameters kept beside the manifests.

Mirrors `mergeSourceParameters` of upstream `reposerver/repository/repository.go`.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

import yaml

from auditor.argocd.repository_tree import LinkError, Tree, join
from auditor.kube import merge
from auditor.kube.merge import canonical

_FIXED: Final = ("chart", "path", "repoURL", "targetRevision")
_PARAMETER: Final = {"name": "string", "value": "string"}
_STRING_MAP: Final = "{}string"
_SCHEMA: Final[Mapping[str, Any]] = {
    "repoURL": "string",
    "path": "string",
    "targetRevision": "string",
    "chart": "string",
    "ref": "string",
    "name": "string",
    "tagPrefix": "string",
    "helm": {
        "valueFiles": ["string"],
        "parameters": [{**_PARAMETER, "forceString": "bool"}],
        "releaseName": "string",
        "values": "string",
        "fileParameters": [{"name": "string", "path": "string"}],
        "version": "string",
        "passCredentials": "bool",
        "ignoreMissingValueFiles": "bool",
        "skipCrds": "bool",
        "skipTests": "bool",
        "skipSchemaValidation": "bool",
        "valuesObject": "any",
        "namespace": "string",
        "kubeVersion": "string",
        "apiVersions": ["string"],
    },
    "kustomize": {
        "namePrefix": "string",
        "nameSuffix": "string",
        "images": ["string"],
        "commonLabels": _STRING_MAP,
        "version": "string",
        "commonAnnotations": _STRING_MAP,
        "forceCommonLabels": "bool",
        "forceCommonAnnotations": "bool",
        "namespace": "string",
        "commonAnnotationsEnvsubst": "bool",
        "replicas": [{"name": "string", "count": "any"}],
        "patches": [
            {
                "path": "string",
                "patch": "string",
                "target": dict.fromkeys(
                    (
                        *("group", "version", "kind", "name", "namespace"),
                        *("annotationSelector", "labelSelector"),
                    ),
                    "string",
                ),
                "options": "{}bool",
            }
        ],
        "components": ["string"],
        "ignoreMissingComponents": "bool",
        "labelWithoutSelector": "bool",
        "kubeVersion": "string",
        "apiVersions": ["string"],
        "labelIncludeTemplates": "bool",
    },
    "directory": {
        "recurse": "bool",
        "jsonnet": {
            "extVars": [{**_PARAMETER, "code": "bool"}],
            "tlas": [{**_PARAMETER, "code": "bool"}],
            "libs": ["string"],
        },
        "exclude": "string",
        "include": "string",
        "disableExtensionFilter": "bool",
    },
    "plugin": {
        "name": "string",
        "env": [_PARAMETER],
        "parameters": [
            {"name": "string", "string": "string", "map": _STRING_MAP, "array": ["string"]}
        ],
    },
}


class OverrideError(Exception):
    """An override file that breaks the rendering; the message names it."""


def file_names(app_path: str, instance: str) -> tuple[str, ...]:
    """Return the override files of an application, in the order they are read.

    `instance` is its name, `<namespace>_<name>` outside the control plane.
    """
    names = [".argocd-source.yaml", *([f".argocd-source-{instance}.yaml"] if instance else [])]
    return tuple(join(app_path, name) for name in names)


def effective(
    source: Mapping[str, Any], tree: Tree, app_path: str, instance: str
) -> dict[str, Any]:
    """Return the source with the override files merged in. Raises OverrideError."""
    given = typed(source)
    merged = given
    for name in file_names(app_path, instance):
        try:
            is_there = tree.is_file(tree.resolve(name))
        except LinkError:
            is_there = False
        if is_there:
            merged = _merged(merged, tree.read(name), name)
    kept = {key: value for key, value in merged.items() if key not in _FIXED}
    return {**kept, **{key: given[key] for key in _FIXED if key in given}}


def typed(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return only the fields Argo CD knows. Raises OverrideError for wrong types."""
    found = _typed(canonical(source), _SCHEMA, "")
    return found if isinstance(found, dict) else {}


def _merged(source: dict[str, Any], text: str, name: str) -> dict[str, Any]:
    try:
        patch = canonical(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError) as error:
        raise OverrideError(f"{name}: yaml: cannot be read") from error
    if not isinstance(patch, (dict, list)):
        raise OverrideError(f"{name}: Invalid JSON Patch")
    if isinstance(patch, list):
        raise OverrideError(f"{name}: json: cannot unmarshal array into ApplicationSource")
    try:
        return _decode(source, typed(patch), patch)
    except OverrideError as error:
        raise OverrideError(f"{name}: {error}") from error


def _decode(source: dict[str, Any], known: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Decode over the source: what the patch sets to null keeps its value."""
    result = deepcopy(source)
    for key, value in known.items():
        raw = patch.get(key) if isinstance(patch, dict) else None
        if key == "valuesObject":
            result[key] = merge.apply(result.get(key), raw)
        elif isinstance(value, dict):
            result[key] = _decode(result.get(key, {}), value, raw)
        else:
            result[key] = value
    return result


def _typed(value: Any, schema: Any, where: str) -> Any:
    if value is None or schema == "any":
        return value
    if isinstance(schema, dict):
        _expect(value, dict, where)
        pairs = (
            (key, _typed(item, schema[key], key)) for key, item in value.items() if key in schema
        )
        return {key: item for key, item in pairs if not _is_zero(item, schema[key])}
    if isinstance(schema, list):
        _expect(value, list, where)
        return [_typed(item, schema[0], where) for item in value]
    if schema.startswith("{}"):
        _expect(value, dict, where)
        return {key: _typed(item, schema[2:], where) for key, item in value.items()}
    _expect(value, {"string": str, "bool": bool}[schema], where)
    return value


def _is_zero(value: Any, schema: Any) -> bool:
    """Say whether omitempty drops the value; blocks are pointers and stay when empty."""
    if value is None:
        return True
    return not isinstance(schema, dict) and schema != "any" and not value


def _expect(value: Any, kind: type, where: str) -> None:
    if not isinstance(value, kind):
        raise OverrideError(
            f"json: cannot unmarshal into Go struct field ApplicationSource.{where}"
        )
