"""`spec.ignoreDifferences` and the rules of argocd-cm: which entries apply to which object.

Mirrors upstream `util/argo/diff/ignore.go` and the matching of
`util/argo/normalizers/diff_normalizer.go`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from auditor.argocd import overrides
from auditor.argocd.jq_paths import JqError, compile_error
from auditor.argocd.overrides import ResourceOverride
from auditor.argocd.settings import Settings
from auditor.kube.globbing import gobwas_match

__all__ = [
    "IgnoreRule",
    "JqError",
    "broken_expressions",
    "compile_error",
    "rules_of",
    "rules_of_overrides",
    "system_rules",
    "trusted_managers",
]


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """One entry. Group and kind are globs, name and namespace exact; empty ones mean any."""

    group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    json_pointers: tuple[str, ...] = ()
    jq_path_expressions: tuple[str, ...] = ()
    managed_fields_managers: tuple[str, ...] = ()
    origin: Literal["application", "system"] = "application"
    index: int = 0
    """Place in the list it comes from, counted from 0."""
    key: str = ""
    """The `group/kind` of a system rule as its settings key gives it."""

    def matches(self, group: str, kind: str, namespace: str, name: str) -> bool:
        """Say whether the entry applies; an empty group is the core group, not any."""
        return (
            gobwas_match(self.group, group)
            and gobwas_match(self.kind, kind)
            and self.name in {"", name}
            and self.namespace in {"", namespace}
        )

    def trusts_managers_of(self, group: str, kind: str, namespace: str, name: str) -> bool:
        """Say whether its managers count; system rules are found by their exact key only."""
        if self.origin == "system":
            return self.key in {f"{group}/{kind}", "*/*"}
        return self.matches(group, kind, namespace, name)


def rules_of(spec: Mapping[str, Any]) -> tuple[IgnoreRule, ...]:
    """Read `spec.ignoreDifferences`; garbage entries are left out, garbage texts read as empty."""
    raw = spec.get("ignoreDifferences")
    if not isinstance(raw, list):
        return ()
    return tuple(_rule(item, index) for index, item in enumerate(raw) if isinstance(item, Mapping))


def system_rules(argocd_cm_data: Mapping[str, str] | None) -> tuple[IgnoreRule, ...]:
    """Return the rules of argocd-cm, the default for `/status` among them.

    Settings that do not load give none; see `Settings.error`.
    """
    settings = Settings.parse(argocd_cm_data)
    return rules_of_overrides(settings.resource_overrides) if settings.error is None else ()


def rules_of_overrides(found: Mapping[str, ResourceOverride]) -> tuple[IgnoreRule, ...]:
    """Turn customizations into rules."""
    return tuple(_system_rule(key, found[key], index) for index, key in enumerate(sorted(found)))


def trusted_managers(
    rules: Iterable[IgnoreRule], group: str, kind: str, namespace: str, name: str
) -> tuple[str, ...]:
    """Return the managers whose fields are ignored on an object."""
    managers = (
        manager
        for rule in rules
        if rule.trusts_managers_of(group, kind, namespace, name)
        for manager in rule.managed_fields_managers
    )
    return tuple(dict.fromkeys(managers))


def broken_expressions(rules: Iterable[IgnoreRule]) -> tuple[JqError, ...]:
    """Return the expressions that do not compile; one of them breaks every comparison."""
    return tuple(
        JqError(expression, message)
        for rule in rules
        for expression in rule.jq_path_expressions
        if (message := compile_error(expression)) is not None
    )


def _rule(raw: Mapping[str, Any], index: int) -> IgnoreRule:
    return IgnoreRule(
        _text(raw.get("group")),
        _text(raw.get("kind")),
        _text(raw.get("name")),
        _text(raw.get("namespace")),
        _texts(raw.get("jsonPointers")),
        _texts(raw.get("jqPathExpressions")),
        _texts(raw.get("managedFieldsManagers")),
        "application",
        index,
    )


def _system_rule(key: str, override: ResourceOverride, index: int) -> IgnoreRule:
    group, kind = overrides.group_kind(key)
    ignored = override.ignore_differences
    return IgnoreRule(
        group,
        kind,
        json_pointers=ignored.json_pointers,
        jq_path_expressions=ignored.jq_path_expressions,
        managed_fields_managers=ignored.managed_fields_managers,
        origin="system",
        index=index,
        key=key,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
