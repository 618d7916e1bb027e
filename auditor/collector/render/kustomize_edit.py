"""A kustomization as Argo CD edits it before building; mirrors `kustomize edit set|add`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from auditor.argocd.value_files import expand_environment
from auditor.kube.loose import is_true, mapping, mappings, sequence, text, texts

_KEEP: Final = "*"
"""As part of an image: what the kustomization says already."""


class BadEdit(ValueError):
    """An edit that Kustomize refuses; the message is its own."""


def edited(
    written: Mapping[str, Any],
    kustomize: Mapping[str, Any],
    environment: Mapping[str, str],
    components: Callable[[Mapping[str, Any]], Iterable[str]],
) -> dict[str, Any]:
    """Return the kustomization with the source's `kustomize` block applied; raise BadEdit.

    `components` returns the folders that the block adds, relative to the kustomization.
    """
    result = dict(written)
    for key in ("namePrefix", "nameSuffix", "namespace"):
        if value := text(kustomize, key):
            result[key] = value
    _images(result, kustomize, environment)
    _replicas(result, kustomize)
    _labels(result, kustomize, environment)
    _annotations(result, kustomize, environment)
    if patches := sequence(kustomize, "patches"):
        result["patches"] = [*sequence(result, "patches"), *patches]
    there = texts(result, "components")
    if new := [path for path in components(kustomize) if path not in there]:
        result["components"] = [*there, *dict.fromkeys(new)]
    return result


def image(argument: str) -> dict[str, str]:
    """Return what `kustomize edit set image` makes of its argument; raise BadEdit."""
    name, equals, new = argument.partition("=")
    bare, version = _reference(new if equals else name)
    if bare == argument:
        raise BadEdit(f"invalid image {argument!r}: neither tag, digest nor new name")
    if not equals:
        return {"name": bare, **version}
    return {"name": name, "newName": bare, **version}


def _reference(written: str) -> tuple[str, dict[str, str]]:
    """Split `name:tag`, `name@digest` or `name:tag@digest`; the tag gives way to the digest."""
    name, at, digest = written.partition("@")
    start = name.rfind("/") + 1
    bare, colon, tag = name[start:].partition(":")
    if at:
        return name[:start] + bare, {"digest": digest}
    return name[:start] + bare, {"newTag": tag} if colon else {}


def _images(
    result: dict[str, Any], kustomize: Mapping[str, Any], environment: Mapping[str, str]
) -> None:
    arguments = [expand_environment(t, environment) for t in texts(kustomize, "images")]
    wanted = {entry["name"]: entry for entry in map(image, arguments)}
    if not wanted:
        return
    there = {text(entry, "name"): entry for entry in mappings(result, "images")}
    for name, entry in wanted.items():
        old = there.get(name, {})
        full = {key: text(old, key) if value == _KEEP else value for key, value in entry.items()}
        wanted[name] = {key: value for key, value in {**full, "name": name}.items() if value}
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


def _labels(
    result: dict[str, Any], kustomize: Mapping[str, Any], environment: Mapping[str, str]
) -> None:
    written = mapping(kustomize, "commonLabels")
    if not written:
        return
    labels = {key: expand_environment(str(value), environment) for key, value in written.items()}
    is_forced = is_true(kustomize, "forceCommonLabels")
    if not is_true(kustomize, "labelWithoutSelector"):
        there = mapping(result, "commonLabels")
        result["commonLabels"] = _added(there, labels, "label", is_forced=is_forced)
        return
    in_templates = is_true(kustomize, "labelIncludeTemplates")
    entries = [dict(entry) for entry in mappings(result, "labels")]
    for entry in entries:
        is_alike = is_true(entry, "includeTemplates") == in_templates
        if is_alike and not is_true(entry, "includeSelectors"):
            there = mapping(entry, "pairs")
            entry["pairs"] = _added(there, labels, "label", is_forced=is_forced)
            break
    else:
        new: dict[str, Any] = {"pairs": labels}
        entries.append({**new, "includeTemplates": True} if in_templates else new)
    result["labels"] = entries


def _annotations(
    result: dict[str, Any], kustomize: Mapping[str, Any], environment: Mapping[str, str]
) -> None:
    notes = mapping(kustomize, "commonAnnotations")
    if not notes:
        return
    if is_true(kustomize, "commonAnnotationsEnvsubst"):
        notes = {key: expand_environment(str(value), environment) for key, value in notes.items()}
    there = mapping(result, "commonAnnotations")
    is_forced = is_true(kustomize, "forceCommonAnnotations")
    result["commonAnnotations"] = _added(there, notes, "annotation", is_forced=is_forced)


def _added(
    there: Mapping[str, Any], new: Mapping[str, Any], kind: str, *, is_forced: bool
) -> dict[str, Any]:
    taken = sorted(there.keys() & new.keys())
    if taken and not is_forced:
        raise BadEdit(f"{kind} {taken[0]} already in kustomization file")
    return {**there, **new}
