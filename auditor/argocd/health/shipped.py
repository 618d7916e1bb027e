"""Checks of the kinds for which Argo CD ships a script.

Mirrors upstream `resource_customizations/*/*/health.lua` by behaviour, written anew. Of about 240
shipped kinds those are here that platforms use most; the others have no check (None).
"""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.health import (
    shipped_conditions,
    shipped_delivery,
    shipped_gateway,
    shipped_operators,
    shipped_platform,
)
from auditor.argocd.health.script import Check
from auditor.argocd.health.status import CheckError, Health
from auditor.argocd.objects import group_kind

KINDS: Final[Mapping[str, Check]] = {
    **shipped_conditions.CHECKS,
    **shipped_delivery.CHECKS,
    **shipped_gateway.CHECKS,
    **shipped_operators.CHECKS,
    **shipped_platform.CHECKS,
}
"""By `group/kind`."""


def health(obj: Mapping[str, Any]) -> Health | None:
    """Assess by a shipped check; None where the kind has none here. Raises CheckError."""
    group, kind = group_kind(obj)
    check = KINDS.get(f"{group}/{kind}")
    if check is None:
        by_group = shipped_platform.GROUP_CHECKS.items()
        check = next((found for suffix, found in by_group if group.endswith(suffix)), None)
    if check is None:
        return None
    try:
        return check(obj)
    except TypeError as error:  # as in Lua, comparing values of different types is an error
        raise CheckError("attempt to compare values of different types") from error
