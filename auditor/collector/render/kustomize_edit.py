"""A kustomization as Argo CD edits it before building; mirrors `kustomize edit set|add`."""

from collections.abc import Callable, Mapping
from typing import Any

from auditor.argocd.value_files import expand_environment
from auditor.kube.loose import is_true, mapping, mappings, sequence, text, texts


def edited(
    written: Mapping[str, Any],
    kustomize: Mapping[str, Any],
    environment: Mapping[str, str],
    is_folder: Callable[[str], bool],
) -> dict[str, Any]:
    """Return the kustomization with the source's `kustomize` block applied.

    `is_folder` tells whether a component, relative to the kustomization, is there.
    """
    result = dict(written)
    for key in ("namePrefix", "nameSuffix", "namespace"):
        if value := text(kustomize, key):
            result[key] = value
    _images(result, kustomize)
    _replicas(result, kustomize)
    _labels(result, kustomize)
    _annotations(result, kustomize, environment)
    if patches := sequence(kustomize, "patches"):
        result["patches"] = [*sequence(result, "patches"), *patches]
    _components(result, kustomize, is_folder)
    return result


def image(argument: str) -> dict[str, str]:
    """Return the entry of `images` that `kustomize edit set image` makes of its argument."""
    name, equals, new = argument.partition("=")
    bare, version = _reference(new if equals else name)
    if not equals:
        return {"name": bare, **version}
    renamed = {} if bare in ("", "*") else {"newName": bare}
    return {"name": name, **renamed, **version}


def _reference(written: str) -> tuple[str, dict[str, str]]:
    """Split `name:tag`, `name@digest` or `name:tag@digest`; the tag gives way to the digest."""
    name, at, digest = written.partition("@")
    start = name.rfind("/") + 1
    bare, colon, tag = name[start:].partition(":")
    if at:
        return name[:start] + bare, {"digest": digest}
    return name[:start] + bare, {"newTag": tag} if colon else {}


def _images(result: dict[str, Any], kustomize: Mapping[str, Any]) -> None:
    wanted = {entry["name"]: entry for entry in map(image, texts(kustomize, "images"))}
    if wanted:
        _replace(result, "images", wanted)


def _replicas(result: dict[str, Any], kustomize: Mapping[str, Any]) -> None:
    wanted: dict[str, Mapping[str, Any]] = {}
    for entry in mappings(kustomize, "replicas"):
        count = entry.get("count")
        if isinstance(count, str) and count.isdigit():
            count = int(count)
        wanted[text(entry, "name")] = {"name": text(entry, "name"), "count": count}
    if wanted:
        _replace(result, "replicas", wanted)


def _replace(result: dict[str, Any], key: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    kept = [entry for entry in mappings(result, key) if text(entry, "name") not in wanted]
    result[key] = sorted([*kept, *wanted.values()], key=lambda entry: text(entry, "name"))


def _labels(result: dict[str, Any], kustomize: Mapping[str, Any]) -> None:
    labels = mapping(kustomize, "commonLabels")
    if not labels:
        return
    if not is_true(kustomize, "labelWithoutSelector"):
        result["commonLabels"] = {**mapping(result, "commonLabels"), **labels}
        return
    entry: dict[str, Any] = {"pairs": dict(labels)}
    if is_true(kustomize, "labelIncludeTemplates"):
        entry["includeTemplates"] = True
    result["labels"] = [*sequence(result, "labels"), entry]


def _annotations(
    result: dict[str, Any], kustomize: Mapping[str, Any], environment: Mapping[str, str]
) -> None:
    notes = mapping(kustomize, "commonAnnotations")
    if not notes:
        return
    if is_true(kustomize, "commonAnnotationsEnvsubst"):
        notes = {key: expand_environment(str(value), environment) for key, value in notes.items()}
    result["commonAnnotations"] = {**mapping(result, "commonAnnotations"), **notes}


def _components(
    result: dict[str, Any], kustomize: Mapping[str, Any], is_folder: Callable[[str], bool]
) -> None:
    added = texts(kustomize, "components")
    if is_true(kustomize, "ignoreMissingComponents"):
        added = tuple(path for path in added if is_folder(path))
    there = texts(result, "components")
    if new := [path for path in added if path not in there]:
        result["components"] = [*there, *new]
