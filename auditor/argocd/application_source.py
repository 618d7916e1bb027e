"""Which source counts and of which type; mirrors `ApplicationSource` of `types.go`, `values.go`."""

from collections.abc import Callable, Mapping
from typing import Any

from auditor.kube.go_yaml import dump
from auditor.kube.loose import is_true, mapping, mappings, sequence, text
from auditor.kube.manifest import at

Source = Mapping[str, Any]
TYPE_BLOCKS = {
    "kustomize": "Kustomize",
    "helm": "Helm",
    "directory": "Directory",
    "plugin": "Plugin",
}


class ManyTypes(ValueError):
    """A source with the blocks of several types; the message is Argo CD's."""


def has_multiple_sources(spec: Any) -> bool:
    """Tell whether `sources` counts; `sourceHydrator` wins over it (`HasMultipleSources`)."""
    return not _has_hydrator(spec) and bool(mappings(spec, "sources"))


def effective_sources(spec: Any) -> tuple[Source, ...]:
    """Return the sources in force (`GetSources`): hydrated, else several, else the single one."""
    if _has_hydrator(spec):
        return (hydrated_source(spec),)
    if has_multiple_sources(spec):
        return mappings(spec, "sources")
    source = at(spec, "source")
    return (source,) if isinstance(source, Mapping) else ()


def effective_source(spec: Any) -> Source:
    """Return the first source in force, or an empty one (`GetSource`)."""
    found = effective_sources(spec)
    return found[0] if found else {}


def hydrated_source(spec: Any) -> Source:
    """Return what is synced of a `sourceHydrator` (`GetSyncSource`)."""
    hydrator = mapping(spec, "sourceHydrator")
    source = {
        "repoURL": text(hydrator, "syncSource", "repoURL")
        or text(hydrator, "drySource", "repoURL"),
        "path": text(hydrator, "syncSource", "path"),
        "targetRevision": text(hydrator, "syncSource", "targetBranch"),
    }
    return {key: value for key, value in source.items() if value or key == "repoURL"}


def dry_source(spec: Any) -> Source:
    """Return what a `sourceHydrator` renders from (`GetDrySource`)."""
    return mapping(spec, "sourceHydrator", "drySource")


def explicit_type(source: Any) -> str | None:
    """Return the type that a present block forces, even an empty one; None without any.

    Raise `ManyTypes` where blocks of several types are present (`ExplicitType`).
    """
    found = [name for block, name in TYPE_BLOCKS.items() if at(source, block) is not None]
    if len(found) > 1:
        raise ManyTypes(f"multiple application sources defined: {','.join(found)}")
    return found[0] if found else None


def is_helm_chart(source: Any) -> bool:
    """Tell whether the source is a chart of a Helm repository (`IsHelm`)."""
    return bool(text(source, "chart"))


def is_zero(source: Any, block: str) -> bool:
    """Tell whether a type block says nothing (`IsZero`), also where it is absent."""
    return _ZERO[block](mapping(source, block))


def values_text(source: Any) -> str | None:
    """Return the values Helm gets from `valuesObject`, else `values`; None without a helm block."""
    helm = at(source, "helm")
    if not isinstance(helm, Mapping):
        return None
    values = helm.get("valuesObject")
    if values is None:
        return text(helm, "values")
    return dump(values).removesuffix("\n")


def _has_hydrator(spec: Any) -> bool:
    return isinstance(at(spec, "sourceHydrator"), Mapping)


def _helm_is_zero(helm: Source) -> bool:
    return (
        not _any_text(helm, "version", "releaseName", "kubeVersion", "namespace", "values")
        and not _any_items(helm, "valueFiles", "parameters", "fileParameters", "apiVersions")
        and not _any_true(
            helm,
            "passCredentials",
            "ignoreMissingValueFiles",
            "skipCrds",
            "skipTests",
            "skipSchemaValidation",
        )
        and helm.get("valuesObject") is None
    )


def _kustomize_is_zero(kustomize: Source) -> bool:
    return (
        not _any_text(kustomize, "namePrefix", "nameSuffix", "version", "namespace", "kubeVersion")
        and not _any_items(kustomize, "images", "replicas", "patches", "components", "apiVersions")
        and not mapping(kustomize, "commonLabels")
        and not mapping(kustomize, "commonAnnotations")
        and not is_true(kustomize, "ignoreMissingComponents")
    )


def _directory_is_zero(directory: Source) -> bool:
    jsonnet = mapping(directory, "jsonnet")
    return not _any_true(directory, "recurse", "disableExtensionFilter") and not _any_items(
        jsonnet, "extVars", "tlas", "libs"
    )


def _plugin_is_zero(plugin: Source) -> bool:
    return not text(plugin, "name") and not _any_items(plugin, "env", "parameters")


_ZERO: dict[str, Callable[[Source], bool]] = {
    "helm": _helm_is_zero,
    "kustomize": _kustomize_is_zero,
    "directory": _directory_is_zero,
    "plugin": _plugin_is_zero,
}


def _any_text(raw: Source, *keys: str) -> bool:
    return any(text(raw, key) for key in keys)


def _any_items(raw: Source, *keys: str) -> bool:
    return any(sequence(raw, key) for key in keys)


def _any_true(raw: Source, *keys: str) -> bool:
    return any(is_true(raw, key) for key in keys)
