"""Whether a sync waits for child Applications: a health check for `argoproj.io/Application`.

Mirrors `getResourceHealthScript` of upstream `util/lua/lua.go`; Argo CD ships no such check since
1.8 (upgrade notes 1.7 to 1.8).
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from auditor.argocd import overrides
from auditor.argocd.overrides import ResourceOverride
from auditor.argocd.yaml_values import SettingsError
from auditor.kube.go_yaml import BadYaml, load
from auditor.kube.loose import mapping, text

_KIND: Final = "argoproj.io/Application"
_PLACES: Final = (("configs", "cm"), ("server", "config"))
"""Where values of the argo-cd chart write argocd-cm, now and before version 5."""


def has_check(found: Mapping[str, ResourceOverride]) -> bool:
    """Tell whether customizations by `group/kind` give Applications a health."""
    return any(override.health_lua and fnmatchcase(_KIND, key) for key, override in found.items())


def has_check_in(data: Mapping[str, Any]) -> bool:
    """Tell whether the `data` of argocd-cm does, in the form by key or in the older map."""
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    try:
        return has_check(overrides.parse(texts))
    except SettingsError:
        return False


def chart_settings(helm: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Yield the `data` of argocd-cm that inline values of the argo-cd chart write."""
    values = mapping(helm, "valuesObject") or _loaded(text(helm, "values"))
    for place in _PLACES:
        if found := mapping(values, *place):
            yield found


def _loaded(written: str) -> Mapping[str, Any]:
    try:
        found = load(written) if written else None
    except BadYaml:
        return {}
    return found if isinstance(found, Mapping) else {}
