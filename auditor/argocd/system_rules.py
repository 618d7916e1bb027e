"""The ignore rules of argocd-cm as an object of its own, beside the Applications."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from auditor.argocd.ignore_differences import IgnoreRule, system_rules
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

_LEGACY: Final = "resource.customizations"
_SPLIT: Final = f"{_LEGACY}.ignoreDifferences."


@dataclass(frozen=True, slots=True)
class SystemRules:
    """What the installation ignores for every Application."""

    manifest: Manifest
    """The ConfigMap argocd-cm."""
    ignore_rules: tuple[IgnoreRule, ...]
    """Those that are written there; the default for `/status` is not."""

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Read the rules; settings that do not load hold none."""
        data = manifest.mapping("data")
        found = system_rules({k: v for k, v in data.items() if isinstance(v, str)})
        return cls(manifest, tuple(rule for rule in found if _is_written(rule, data)))

    @property
    def ref(self) -> ResourceRef:
        """Return the name of the ConfigMap."""
        return self.manifest.ref

    def at(self, rule: IgnoreRule) -> str:
        """Return the pointer to the setting that holds a rule."""
        data = self.manifest.mapping("data")
        return pointer.join(("data", _setting(rule, data) or _LEGACY))


def _is_written(rule: IgnoreRule, data: Mapping[str, Any]) -> bool:
    """Tell a rule from a customization without one, and from the default that is always there."""
    paths = (*rule.json_pointers, *rule.jq_path_expressions, *rule.managed_fields_managers)
    if _setting(rule, data):
        return True
    return bool(paths) and _LEGACY in data and paths != ("/status",)


def _setting(rule: IgnoreRule, data: Mapping[str, Any]) -> str:
    spellings = {
        _SPLIT + ("all" if rule.key == "*/*" else rule.key.replace("/", "_")),
        *([_SPLIT + "_" + rule.kind] if not rule.group else []),
    }
    return next((name for name in sorted(spellings) if name in data), "")
