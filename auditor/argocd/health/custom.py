"""Health checks that argocd-cm brings along: which script applies, and what it says.

Mirrors `GetHealthScript` and `ExecuteHealthLua` of upstream `util/lua/lua.go`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.argocd import lua
from auditor.argocd.health.status import ORDER, UNKNOWN, CheckError, Health
from auditor.argocd.lua.values import type_name
from auditor.argocd.objects import group_kind
from auditor.argocd.overrides import ResourceOverride
from auditor.kube.globbing import gobwas_match


@dataclass(frozen=True, slots=True)
class Script:
    """A script and whether it may use the open libraries."""

    text: str
    has_open_libraries: bool


def script_of(obj: Mapping[str, Any], overrides: Mapping[str, ResourceOverride]) -> Script | None:
    """Return the script for a kind: the exact key first, then keys that are globs."""
    group, kind = group_kind(obj)
    key = f"{group}/{kind}" if group else kind
    exact = overrides.get(key)
    if exact is not None and exact.health_lua:
        return Script(exact.health_lua, exact.use_open_libs)
    matching = (overrides[name] for name in sorted(overrides) if gobwas_match(name, key))
    found = next((override for override in matching if override.health_lua), None)
    return None if found is None else Script(found.health_lua, found.use_open_libs)


def run(obj: Mapping[str, Any], script: Script) -> Health:
    """Run a script on an object. Raises CheckError where Argo CD reports an error."""
    try:
        value = lua.run(
            script.text,
            {"obj": lua.from_json(obj)},
            has_open_libraries=script.has_open_libraries,
        )
        if value is None:
            return Health("")
        if not isinstance(value, lua.Table):
            kind = type_name(value)
            raise CheckError(f"expect table output from Lua script, not {kind}")
        answer = lua.to_json(value)
    except lua.LuaError as error:
        raise CheckError(str(error)) from error
    return _health(answer)


def _health(answer: Any) -> Health:
    if isinstance(answer, list):
        return Health("")
    status, message = answer.get("status", ""), answer.get("message", "")
    for name, value in (("status", status), ("message", message)):
        if not isinstance(value, str):
            raise CheckError(f"json: cannot unmarshal into Go struct field HealthStatus.{name}")
    if status not in ORDER:
        return Health(UNKNOWN, "Lua returned an invalid health status")
    return Health(status, message)
