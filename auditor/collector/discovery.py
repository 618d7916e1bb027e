"""API discovery: which kinds there are, and what their resources are called.

Asks for the aggregated form (Kubernetes 1.26 and later, two requests) and reads the older form,
one request a group and version, from servers that answer with that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.collector.kinds import Kind
from auditor.collector.refusal import Refused, of_nonsense
from auditor.collector.request import JSON, Call, Caller
from auditor.kube.gap import Gap

_FORM: Final = "g=apidiscovery.k8s.io;as=APIGroupDiscoveryList"
_AGGREGATED: Final = f"{JSON};v=v2;{_FORM},{JSON};v=v2beta1;{_FORM},{JSON}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """All kinds, but for those of the groups that the gaps name."""

    kinds: tuple[Kind, ...]
    gaps: tuple[Gap, ...] = ()

    def find(self, group: str, kind: str) -> Kind | None:
        """Return the kind of this name."""
        return next((k for k in self.kinds if (k.group, k.kind) == (group, kind)), None)

    def gap(self, group: str) -> Gap | None:
        """Return why the kinds of `group` are unknown; None if they are known."""
        return next((gap for gap in self.gaps if gap.facts["group"] == group), None)


@dataclass(frozen=True, slots=True)
class _Served:
    """One kind in one version."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool


def discover(caller: Caller) -> Discovery | Gap:
    """Return what the server knows, or why neither the core nor the other groups are known."""
    served: list[_Served] = []
    gaps: list[Gap] = []
    for path in ("/api", "/apis"):
        answer = caller.ask(Call(path, _about(""), accept=_AGGREGATED))
        if isinstance(answer, Refused):
            return answer.gap
        try:
            parts = list(_parts(caller, path, answer))
        except (AttributeError, KeyError, TypeError) as error:
            return of_nonsense(_about(""), 200, f"{path}: {type(error).__name__}").gap
        served += [part for part in parts if isinstance(part, _Served)]
        gaps += [part for part in parts if isinstance(part, Gap)]
    return Discovery(tuple(_merged(served)), tuple(sorted(gaps, key=lambda gap: gap.key)))


def _parts(caller: Caller, path: str, answer: Mapping[str, Any]) -> Iterator[_Served | Gap]:
    if answer.get("kind") == "APIGroupDiscoveryList":
        yield from _aggregated(answer)
    elif path == "/api":
        for version in answer.get("versions") or ():
            yield from _listed(caller, "", str(version), f"/api/{version}")
    else:
        for group in answer.get("groups") or ():
            # the preferred version is the first of the list only by custom
            preferred = (group.get("preferredVersion") or {}).get("version")
            names = [str(entry["version"]) for entry in group.get("versions") or ()]
            for version in sorted(names, key=lambda name: name != preferred):
                name = str(group["name"])
                yield from _listed(caller, name, version, f"/apis/{name}/{version}")


def _aggregated(answer: Mapping[str, Any]) -> Iterator[_Served | Gap]:
    for group in answer.get("items") or ():
        name = str((group.get("metadata") or {}).get("name") or "")
        for version in group.get("versions") or ():
            resources = version.get("resources") or ()
            if version.get("freshness") == "Stale" and not resources:
                facts = {**_about(name), "status": 200, "message": "freshness: Stale"}
                yield Gap("server_error", facts)
            for resource in resources:
                told = resource.get("responseKind") or {}
                yield _Served(
                    name,
                    str(version["version"]),
                    str(told.get("kind", "")),
                    str(resource["resource"]),
                    resource.get("scope") == "Namespaced",
                )


def _listed(caller: Caller, group: str, version: str, path: str) -> Iterator[_Served | Gap]:
    answer = caller.ask(Call(path, _about(group)))
    if isinstance(answer, Refused):
        yield answer.gap
        return
    for resource in answer.get("resources") or ():
        # what has a slash is a part of a resource, such as deployments/scale
        if "/" not in (name := str(resource["name"])):
            yield _Served(
                group,
                version,
                str(resource.get("kind", "")),
                name,
                bool(resource.get("namespaced")),
            )


def _merged(served: Iterable[_Served]) -> list[Kind]:
    """Put the versions of a kind together; the first resource that has a kind names it."""
    by_kind: dict[tuple[str, str], list[_Served]] = {}
    for one in served:
        if one.kind:
            by_kind.setdefault((one.group, one.kind), []).append(one)
    return sorted(
        Kind(
            group,
            kind,
            found[0].version,
            found[0].plural,
            found[0].namespaced,
            tuple(dict.fromkeys(one.version for one in found)),
        )
        for (group, kind), found in by_kind.items()
    )


def _about(group: str) -> dict[str, str]:
    return {"verb": "get", "group": group, "resource": "", "kind": "", "namespace": ""}
