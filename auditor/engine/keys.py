"""What findings share: the names by which a cause is told from its effects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.argocd.application import Application
from auditor.engine.folding import TEMPLATE
from auditor.findings import Finding, Key
from auditor.kube.ref import ResourceRef
from auditor.kube.url_credentials import without_credentials
from auditor.signatures import Signature, signatures

SAME: Final = "same"
"""Kind of the keys that say: not alike, but one and the same trouble."""
GONE: Final = "gone"
"""Kind of the keys of Applications whose last failure has no reason any more."""
DELIVERED_BY: Final = "delivered_by"
"""Kind of the keys of parents that ought to bring something."""
UNNAMED: Final = "unnamed"
"""Kind of the keys of Applications that are ill, and nobody says which object."""
SHARED: Final = "shared"
"""Kind of the keys of objects that two Applications claim."""

_SOURCE: Final = re.compile(r"/spec/(?:sourceHydrator|sources/\d+|source)(?=/|\Z)")
_REFUSED: Final[Mapping[str, tuple[str, ...]]] = {
    "NS-001": ("namespace",),
    "NS-005": ("namespace",),
    "PROJ-001": ("project",),
    "PROJ-002": ("project", "repository"),
    "PROJ-003": ("project", "cluster", "namespace"),
    "PROJ-004": ("project", "kind"),
}
"""Rules that find one trouble at every Application it hits, and the facts that name it."""
_OF_A_CLUSTER: Final = frozenset({"namespace", "object", "secret", "store", "webhook"})
"""Kinds of keys whose names mean something else on every cluster."""
_RENDERING: Final = frozenset({"git", "helm", "kustomize", "manifest", "repo_server"})
_EXPLAINED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("NS-001", "NS-003", "NS-005", "NS-006"), frozenset({"namespace", "rbac"})),
    **dict.fromkeys(("PROJ-001", "PROJ-002"), frozenset({"project", "deletion"})),
    **dict.fromkeys(("PROJ-003", "PROJ-004", "SPEC-007"), frozenset({"project"})),
    **dict.fromkeys(("SRC-001", "SRC-002", "SPEC-005", "SPEC-006", "REV-005"), _RENDERING),
    **dict.fromkeys(("SET-001", "SRC-003"), _RENDERING),
    "DIFF-006": frozenset({"diff"}),
    "SPEC-003": frozenset({"cluster", "project", "namespace"}),
}
"""Families of messages that a rule accounts for, of rules found beside any failure."""
_ARGOCDS_OWN: Final = ("Application ", "ApplicationSet ", "AppProject ")


@dataclass(frozen=True, slots=True)
class Population:
    """The Applications that findings are about."""

    applications: Mapping[ResourceRef, Application] = field(default_factory=dict)

    def of(self, finding: Finding) -> Application | None:
        """Return the Application a finding is about, if it is about one."""
        members = (ref for ref in (finding.subject, *finding.members) if ref in self.applications)
        return next((self.applications[ref] for ref in members), None)

    def cluster(self, finding: Finding) -> str:
        """Return where the finding's Application deploys to; empty where that is not known."""
        app = self.of(finding)
        return app.destination.cluster if app else ""

    def is_one_place(self, one: Finding, other: Finding, key: Key) -> bool:
        """Say whether `key` means the same for both: each cluster has names of its own."""
        kind, name = key
        if kind not in _OF_A_CLUSTER or (kind == "object" and name.startswith(_ARGOCDS_OWN)):
            return True
        here, there = self.cluster(one), self.cluster(other)
        return not here or not there or here == there


def keys(finding: Finding, population: Population) -> frozenset[Key]:
    """Return what `finding` shares with others: its own keys, its Applications, their source."""
    about = (finding.subject, *finding.members)
    names = {ref.qualified for ref in about if ref.kind == "Application"}
    source = _SOURCE.match(finding.breach.at.removeprefix(TEMPLATE if finding.members else ""))
    sources = {("source", f"{name} {source[0]}") for name in names if source}
    own = {("application", name) for name in names}
    told = _shared(finding, names) | _same(finding, population)
    if finding.rule == "RETRY-006" and finding.breach.variant == "gone":
        told |= {(GONE, name) for name in names}
    if finding.rule == "LIVE-002" and finding.breach.facts.get("object") == finding.subject.label:
        told |= {(UNNAMED, name) for name in names}
    if isinstance(parent := finding.breach.facts.get("parent"), ResourceRef):
        told |= {(DELIVERED_BY, parent.qualified)}
    return finding.breach.keys | sources | own | told


def explains(rule: str, effect: Finding) -> bool:
    """Say whether `rule` may be behind `effect`: a message that is known to mean else is not it."""
    families = _EXPLAINED.get(rule)
    known = signatures().get(str(effect.breach.facts.get("signature") or ""))
    return families is None or known is None or known.family in families


def _shared(finding: Finding, applications: set[str]) -> frozenset[Key]:
    """Return the objects, as Argo CD's warning names them, that two Applications claim."""
    keys = finding.breach.keys
    if finding.rule != "SRC-007":
        named = {name for kind, name in keys if kind == SHARED}
        return frozenset((SHARED, f"{app} {name}") for app in applications for name in named)
    other = finding.breach.facts.get("other")
    both = applications | ({other.qualified} if isinstance(other, ResourceRef) else set())
    objects = {
        f"{label.split()[0]}/{label.split('/')[-1]}" for kind, label in keys if kind == "object"
    }
    return frozenset((SHARED, f"{app} {name}") for app in both for name in objects)


def _same(finding: Finding, population: Population) -> frozenset[Key]:
    """Return the keys that make one trouble of several findings, if it can be told."""
    facts, cluster = finding.breach.facts, population.cluster(finding)
    if finding.rule == "DIFF-001" and facts.get("manager"):
        about = facts.get("object")
        kind = about.kind if isinstance(about, ResourceRef) else ""
        return frozenset({(SAME, f"{facts['manager']} {kind} {facts.get('path')} {cluster}")})
    named = _REFUSED.get(finding.rule, ())
    if named and all(name in facts for name in named):
        what = " ".join(str(facts.get(name, "")) for name in named)
        return frozenset({(SAME, f"{finding.rule} {what} {cluster}")})
    signature = signatures().get(str(facts.get("signature") or ""))
    if signature is None:
        return frozenset()
    captured = sorted(name for noun, name in finding.breach.keys if noun in signature.join)
    place = _place(signature, finding, population)
    if not captured and not place:
        return frozenset()
    told = frozenset({(SAME, f"{signature.id} {' '.join(captured)} {place or cluster}")})
    is_place_told = signature.scope in ("cluster", "repository") and not captured and place
    return told | {(signature.scope, place)} if is_place_told else told


def _place(signature: Signature, finding: Finding, population: Population) -> str:
    """Return what the failure is about where its message does not name it."""
    app = population.of(finding)
    if signature.scope == "argocd":
        return "argocd"
    if app is None:
        return ""
    match signature.scope:
        case "cluster":
            return app.destination.cluster
        case "namespace":
            return f"{app.destination.cluster} {app.destination.namespace}"
        case "repository":
            urls = {without_credentials(source.repo_url).rstrip("/") for source in app.sources}
            return urls.pop() if len(urls) == 1 else ""
        case _:
            return ""
