"""What the ApplicationSet controller may do; mirrors `getPolicy` and `progressivesync`.

Settings are those of argocd-cmd-params-cm: as intended, a flag of the Deployment wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from auditor.kube.loose import mappings, text, texts
from auditor.kube.manifest import at

_POLICY: Final = "applicationsetcontroller.policy"
_OVERRIDE: Final = "applicationsetcontroller.enable.policy.override"
_PROGRESSIVE: Final = "applicationsetcontroller.enable.progressive.syncs"
_NO_UPDATE: Final = frozenset({"create-only", "create-delete"})
_NO_DELETE: Final = frozenset({"create-only", "create-update"})


@dataclass(frozen=True, slots=True)
class Controller:
    """Settings of the ApplicationSet controller."""

    policy: str = ""
    may_override: bool = False
    has_progressive_syncs: bool = False

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read the `data` of argocd-cmd-params-cm."""
        return cls(
            text(data, _POLICY), data.get(_OVERRIDE) == "true", data.get(_PROGRESSIVE) == "true"
        )

    def effective(self, wanted: str) -> str:
        """Return the policy in force for a set that asks for `wanted` (empty: nothing)."""
        if self.policy and not self.may_override:
            return self.policy
        return wanted or self.policy or "sync"


def updates(policy: str) -> bool:
    """Tell whether Applications that differ are written again."""
    return policy not in _NO_UPDATE


def deletes(policy: str) -> bool:
    """Tell whether Applications that are no longer generated are deleted."""
    return policy not in _NO_DELETE


def is_rolling(spec: Mapping[str, Any]) -> bool:
    """Tell whether the set asks for RollingSync."""
    return text(spec, "strategy", "type") == "RollingSync"


def step_of(spec: Mapping[str, Any], labels: Mapping[str, Any]) -> int | None:
    """Return the first step whose expressions all match the labels, or None."""
    for index, step in enumerate(mappings(spec, "strategy", "rollingSync", "steps")):
        if all(_holds(rule, labels) for rule in mappings(step, "matchExpressions")):
            return index
    return None


def _holds(rule: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Mirror `labelMatchedExpression`: a label that is absent never matches In."""
    value, wanted = labels.get(text(rule, "key")), texts(rule, "values")
    match text(rule, "operator"):
        case "In":
            return value is not None and value in wanted
        case "NotIn":
            return value not in wanted
        case _:
            return False


def updates_none(step: Mapping[str, Any]) -> bool:
    """Tell whether `maxUpdate` lets no Application of a step be synced."""
    limit = at(step, "maxUpdate")
    return limit is not None and not isinstance(limit, bool) and limit in (0, "0", "0%")
