"""`resource.customizations` of argocd-cm: what is configured per kind.

Mirrors `GetResourceOverrides` and `appendResourceOverridesFromSplitKeys` of upstream
`util/settings/settings.go`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.argocd import yaml_values
from auditor.argocd.yaml_values import SettingsError

_PREFIX = "resource.customizations"
_TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_FALSE = {"0", "f", "F", "FALSE", "false", "False"}


@dataclass(frozen=True, slots=True)
class OverrideIgnoreDiff:
    """What a system rule ignores."""

    json_pointers: tuple[str, ...] = ()
    jq_path_expressions: tuple[str, ...] = ()
    managed_fields_managers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownTypeField:
    """A field of a custom resource that has a built-in type."""

    field: str
    type: str


@dataclass(frozen=True, slots=True)
class ResourceOverride:
    """All customizations of one kind."""

    health_lua: str = ""
    use_open_libs: bool = False
    actions: str = ""
    ignore_differences: OverrideIgnoreDiff = field(default_factory=OverrideIgnoreDiff)
    ignore_resource_updates: OverrideIgnoreDiff = field(default_factory=OverrideIgnoreDiff)
    known_type_fields: tuple[KnownTypeField, ...] = ()


def parse(data: Mapping[str, str]) -> dict[str, ResourceOverride]:
    """Read the customizations by `group/kind`; `*/*` is every kind. Raises SettingsError."""
    overrides: dict[str, ResourceOverride] = {}
    legacy = data.get(_PREFIX, "")
    if legacy:
        raw = yaml_values.mapping(yaml_values.load(legacy))
        overrides = {key: _legacy(value) for key, value in raw.items()}
    for key in sorted(data):
        parts = key.split(".", 3)
        if not key.startswith(_PREFIX) or len(parts) < 4:
            continue
        name = _override_key(parts[3])
        before = overrides.get(name, ResourceOverride())
        overrides[name] = _customized(before, parts[2], data[key])
    return overrides


def group_kind(key: str) -> tuple[str, str]:
    """Split `group/kind`; a key that is neither that nor a kind means nothing."""
    parts = key.split("/")
    if len(parts) == 2:
        return parts[0], parts[1]
    return ("", parts[0]) if len(parts) == 1 else ("", "")


def with_status_ignored(override: ResourceOverride | None) -> ResourceOverride:
    """Add `/status` to what is ignored."""
    override = override or ResourceOverride()
    ignored = override.ignore_differences
    return replace(
        override,
        ignore_differences=replace(ignored, json_pointers=(*ignored.json_pointers, "/status")),
    )


def _override_key(text: str) -> str:
    parts = text.split("_")
    if text == "all":
        return "*/*"
    if len(parts) == 2:
        return "/".join(parts)
    if len(parts) == 1 and text:
        return text
    raise SettingsError(
        "group kind should be in format `resource.customizations.<type>.<group_kind>` or "
        f"resource.customizations.<type>.<kind>`, got group kind: '{text}'"
    )


def _legacy(value: Any) -> ResourceOverride:
    raw = yaml_values.mapping(value)
    return ResourceOverride(
        health_lua=yaml_values.text(yaml_values.field(raw, "health.lua")),
        use_open_libs=yaml_values.truth(
            yaml_values.field(raw, "health.lua.useOpenLibs"), default=False
        ),
        actions=yaml_values.text(yaml_values.field(raw, "actions")),
        ignore_differences=_ignored(yaml_values.text(yaml_values.field(raw, "ignoreDifferences"))),
        ignore_resource_updates=_ignored(
            yaml_values.text(yaml_values.field(raw, "ignoreResourceUpdates"))
        ),
        known_type_fields=_known_fields(yaml_values.field(raw, "knownTypeFields")),
    )


def _customized(override: ResourceOverride, kind: str, value: str) -> ResourceOverride:
    match kind:
        case "health":
            return replace(override, health_lua=value)
        case "useOpenLibs":
            if value not in _TRUE | _FALSE:
                raise SettingsError(f'strconv.ParseBool: parsing "{value}": invalid syntax')
            return replace(override, use_open_libs=value in _TRUE)
        case "actions":
            return replace(override, actions=value)
        case "ignoreDifferences":
            return replace(override, ignore_differences=_ignored(value))
        case "ignoreResourceUpdates":
            return replace(override, ignore_resource_updates=_ignored(value))
        case "knownTypeFields":
            return replace(override, known_type_fields=_known_fields(yaml_values.load(value)))
        case _:
            raise SettingsError(f"resource customization type {kind} not supported")


def _ignored(text: str) -> OverrideIgnoreDiff:
    raw = yaml_values.mapping(yaml_values.load(text))
    return OverrideIgnoreDiff(
        yaml_values.texts(yaml_values.field(raw, "jsonPointers")),
        yaml_values.texts(yaml_values.field(raw, "jqPathExpressions")),
        yaml_values.texts(yaml_values.field(raw, "managedFieldsManagers")),
    )


def _known_fields(value: Any) -> tuple[KnownTypeField, ...]:
    raws = [yaml_values.mapping(item) for item in yaml_values.items(value)]
    return tuple(
        KnownTypeField(
            yaml_values.text(yaml_values.field(raw, "field")),
            yaml_values.text(yaml_values.field(raw, "type")),
        )
        for raw in raws
    )
