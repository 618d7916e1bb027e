"""Where Argo CD is installed, which namespaces it watches, and which version of it runs."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from auditor.argocd import workload_settings
from auditor.collector.kinds import CONFIG_MAP, DEPLOYMENT, STATEFUL_SET
from auditor.collector.paging import Raw, got, listed
from auditor.collector.request import Caller
from auditor.kube.gap import Gap
from auditor.kube.manifest import at

USUAL: Final = "argocd"
SETTINGS: Final = ("argocd-cm", "argocd-cmd-params-cm", "argocd-rbac-cm")
_PART_OF: Final = "app.kubernetes.io/part-of"
_NAME: Final = "app.kubernetes.io/name"
# the controller decides what the rules are about; the others only stand in for it
_TELLING: Final = (
    "argocd-application-controller",
    "argocd-server",
    "argocd-repo-server",
    "argocd-applicationset-controller",
)


def find_namespace(caller: Caller, applications: Sequence[Raw] | Gap) -> str:
    """Return Argo CD's namespace; empty if nothing tells.

    The option; `argocd` if argocd-cm is there; the one namespace that has an argocd-cm; what
    most Applications name as the namespace of their controller.
    """
    if caller.plan.argocd_namespace:
        return caller.plan.argocd_namespace
    usual = got(caller, CONFIG_MAP, USUAL, SETTINGS[0])
    if isinstance(usual, Mapping):
        return USUAL
    query = {"fieldSelector": f"metadata.name={SETTINGS[0]}"}
    found = listed(caller, CONFIG_MAP, query=query, metadata_only=True)
    if not isinstance(found, Gap) and found:
        # a copy of the ConfigMap, of a backup say, lacks the label that Argo CD requires
        labelled = [raw for raw in found if at(raw, "metadata", "labels", _PART_OF) == USUAL]
        return str(at((labelled or found)[0], "metadata", "namespace"))
    return _controllers_namespace(applications) or (USUAL if isinstance(usual, Gap) else "")


def _controllers_namespace(applications: Sequence[Raw] | Gap) -> str:
    if isinstance(applications, Gap):
        return ""
    named = Counter(
        name
        for raw in applications
        if isinstance(name := at(raw, "status", "controllerNamespace"), str) and name
    )
    return min(named, key=lambda name: (-named[name], name), default="")


def watched_namespaces(
    params: Raw | Gap | None, namespaces: Sequence[Raw] | Gap, own: str
) -> tuple[list[str], list[str]]:
    """Return the namespaces Argo CD watches, and the patterns that could not be resolved.

    `params` is argocd-cmd-params-cm: its `application.namespaces` holds names, globs and
    `/regular expressions/`, separated by commas.
    """
    text = at(params, "data", "application.namespaces") if isinstance(params, Mapping) else ""
    patterns = [part for word in str(text or "").split(",") if (part := word.strip())]
    known = (
        ()
        if isinstance(namespaces, Gap)
        else tuple(str(at(raw, "metadata", "name")) for raw in namespaces)
    )
    watched, unresolved = {own} if own else set(), []
    for pattern in patterns:
        if re.fullmatch(r"[a-z0-9-]+", pattern):
            watched.add(pattern)
        elif isinstance(namespaces, Gap):
            unresolved.append(pattern)
        else:
            watched |= {name for name in known if _is_match(pattern, name)}
    return sorted(watched), unresolved


def _is_match(pattern: str, name: str) -> bool:
    if len(pattern) > 1 and pattern[0] == pattern[-1] == "/":
        try:
            return re.search(pattern[1:-1], name) is not None
        except re.error:
            return False
    return fnmatchcase(name, pattern)


def workloads(found: Iterable[Raw]) -> list[dict[str, Any]]:
    """Return what `live.versions` keeps of Argo CD's own Deployments and StatefulSets."""
    return [
        {
            "kind": str(raw.get("kind", "")),
            "name": str(at(raw, "metadata", "name")),
            "component": _component(raw),
            "image": str(at(raw, "spec", "template", "spec", "containers", 0, "image") or ""),
            "replicas": at(raw, "spec", "replicas"),
            "ready": at(raw, "status", "readyReplicas") or 0,
            "settings": workload_settings.settings(raw),
            "service_account": str(at(raw, "spec", "template", "spec", "serviceAccountName") or ""),
        }
        for raw in found
        if _is_argocds(raw)
    ]


def version_of(parts: Iterable[Mapping[str, Any]]) -> str:
    """Return the image tag of the application controller, or of what stands in for it."""
    by_component: dict[str, str] = {}
    for part in parts:
        if tag := _tag(str(part["image"])):
            by_component.setdefault(str(part["component"]), tag)
    return next((by_component[name] for name in _TELLING if name in by_component), "")


def read_workloads(caller: Caller, namespace: str) -> tuple[list[dict[str, Any]], list[Gap]]:
    """Read Argo CD's own Deployments and StatefulSets."""
    answers = [listed(caller, kind, namespace) for kind in (DEPLOYMENT, STATEFUL_SET)]
    found = [raw for answer in answers if not isinstance(answer, Gap) for raw in answer]
    return workloads(found), [answer for answer in answers if isinstance(answer, Gap)]


def _is_argocds(raw: Raw) -> bool:
    labels = at(raw, "metadata", "labels") or {}
    return labels.get(_PART_OF) == USUAL or _component(raw) in _TELLING


def _component(raw: Raw) -> str:
    """Return `argocd-server` and the like, whatever a chart's release name puts before it."""
    name = str(at(raw, "metadata", "name"))
    label = str(at(raw, "metadata", "labels", _NAME) or "")
    return next(
        (known for known in _TELLING if known == label or name.endswith(known)), label or name
    )


def _tag(image: str) -> str:
    """Return the tag of `registry:port/name:tag@digest`."""
    name = image.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[2]
