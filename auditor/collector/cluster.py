"""One look at a cluster: the live sections of a snapshot, and what could not be seen of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditor.collector import access, installation, managed, paging, pods
from auditor.collector.connection import Connection
from auditor.collector.discovery import Discovery
from auditor.collector.kinds import (
    APP_PROJECT,
    APPLICATION,
    APPLICATION_SET,
    NAMESPACE,
    SECRET,
)
from auditor.collector.lists import NOT_SELECTED, Lists, read_lists
from auditor.collector.paging import Raw
from auditor.collector.plan import Plan
from auditor.collector.progress import Progress
from auditor.collector.refusal import Refused
from auditor.collector.request import Call, Caller, calling
from auditor.collector.watched import Found
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest, at
from auditor.kube.origin import LiveOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import sections
from auditor.snapshot.section import Collected, Excluded, Look, Missing

NAMESPACE_UNKNOWN: Final = "argocd_namespace_unknown"
# gaps that no server had a part in
_KNOWN: Final = frozenset({managed.OUTSIDE, NAMESPACE_UNKNOWN, NOT_SELECTED})
_SYSTEM: Final = "kube-system"
_SELF: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@dataclass(frozen=True, slots=True)
class ClusterReading:
    """What one collection brought home."""

    sections: Mapping[str, Look]
    """All `live.*` sections; those the plan does not name are Excluded (`not_selected`)."""
    cluster: Mapping[str, Any]
    """`server` (host:port), `context`, `uid` (of kube-system), `identity` (user name),
    `server_time` (RFC 3339) and `clock_skew` (seconds the server is ahead); empty if unknown."""
    calls: int
    """HTTP requests, repeated ones included."""
    refusals: tuple[Gap, ...]
    """Every different gap of the sections that was an answer, or the lack of one."""


def collect(connection: Connection, plan: Plan, progress: Progress) -> ClusterReading:
    """Read the live sections that `plan` names. A refusal becomes a gap, and stops nothing else.

    A server that cannot be reached, or does not accept the credentials, is asked no further:
    all sections are Missing for that one reason.
    """
    with calling(connection, plan) as caller:
        progress.step("connect", server=connection.server)
        version = caller.ask(_question("/version"), attempts=1)
        if isinstance(version, Refused) and _is_hopeless(caller, version):
            looks: dict[str, Look] = {name: Missing(version.gap) for name in plan.sections}
            return _reading(caller, looks, "", "")
        lists = read_lists(caller, plan, progress)
        looks = _listed_sections(lists, connection.origin)
        looks |= _argocd_sections(caller, plan, version, lists)
        looks |= _application_sections(caller, plan, lists, progress)
        return _reading(caller, looks, _uid(caller, lists.namespaces), _identity(caller))


def _is_hopeless(caller: Caller, refused: Refused) -> bool:
    """Say whether a second question, which everybody may ask, goes the same way as the first."""
    if not refused.is_lost and refused.gap.code != "unauthorized":
        return False
    again = caller.ask(_question("/apis"), attempts=1)
    return isinstance(again, Refused) and (again.is_lost or again.gap.code == refused.gap.code)


def _listed_sections(lists: Lists, origin: LiveOrigin) -> dict[str, Look]:
    looks = {
        sections.LIVE_APPLICATIONS.name: _look(lists.applications, origin),
        sections.LIVE_APPLICATIONSETS.name: _look(lists.application_sets, origin),
        sections.LIVE_PROJECTS.name: _look(lists.projects, origin),
        sections.LIVE_NAMESPACES.name: _look(lists.namespaces, origin),
    }
    match lists.known:
        case Gap():
            looks[sections.LIVE_KINDS.name] = Missing(lists.known)
        case Discovery(kinds, gaps):
            items = tuple(Manifest(kind.item(), origin) for kind in kinds)
            looks[sections.LIVE_KINDS.name] = Collected(items, gaps)
        case None:
            pass
    return looks


def _argocd_sections(
    caller: Caller, plan: Plan, version: Raw | Refused, lists: Lists
) -> dict[str, Look]:
    """Fill the sections about Argo CD itself."""
    origin, own = caller.connection.origin, lists.own
    looks = {sections.LIVE_SETTINGS.name: _look(_settings_found(lists), origin)}
    if plan.wants(sections.LIVE_SECRETS):
        secrets = paging.listed(caller, SECRET, own) if own else Gap(NAMESPACE_UNKNOWN)
        found = secrets if isinstance(secrets, Gap) else Found(tuple(secrets))
        looks[sections.LIVE_SECRETS.name] = _look(found, origin)
    if plan.wants(sections.LIVE_ACCESS):
        rights = access.read(caller, own) if own else Gap(NAMESPACE_UNKNOWN)
        looks[sections.LIVE_ACCESS.name] = _look(rights, origin)
    if plan.wants(sections.LIVE_VERSIONS):
        looks[sections.LIVE_VERSIONS.name] = _versions(caller, version, own)
    return looks


def _settings_found(lists: Lists) -> Found | Gap:
    answers = tuple(raw for raw in lists.settings.values() if isinstance(raw, Mapping))
    refused = tuple(gap for gap in lists.settings.values() if isinstance(gap, Gap))
    if not lists.own:
        return Gap(NAMESPACE_UNKNOWN)
    return refused[0] if refused and not answers else Found(answers, refused)


def _versions(caller: Caller, version: Raw | Refused, own: str) -> Look:
    if isinstance(version, Refused):
        return Missing(version.gap)
    parts, gaps = installation.read_workloads(caller, own) if own else ([], [])
    item = {
        "kubernetes": str(version.get("gitVersion", "")),
        "argocd": installation.version_of(parts),
        "argocd_namespace": own,
        "workloads": parts,
    }
    return Collected((Manifest(item, caller.connection.origin),), tuple(gaps))


def _application_sections(
    caller: Caller, plan: Plan, lists: Lists, progress: Progress
) -> dict[str, Look]:
    """Fill the sections whose contents Applications name."""
    found = lists.applications
    if isinstance(found, Gap):
        theirs = (sections.LIVE_OBJECTS, sections.LIVE_EVENTS, sections.LIVE_PODS)
        return {section.name: Missing(found) for section in theirs}
    chosen = [raw for raw in found.items if _is_chosen(raw, plan.applications)]
    looks: dict[str, Look] = {}
    if plan.wants(sections.LIVE_OBJECTS):
        objects = _objects(caller, chosen, lists, progress)
        looks[sections.LIVE_OBJECTS.name] = _look(objects, caller.connection.origin)
    if plan.wants(sections.LIVE_EVENTS):
        here = caller.connection.address
        answer = _of_places(found, *managed.read_events(caller, chosen, here, progress))
        looks[sections.LIVE_EVENTS.name] = _look(answer, caller.connection.origin)
    if plan.wants(sections.LIVE_PODS):
        here = caller.connection.address
        answer = _of_places(found, *pods.read_pods(caller, chosen, here, progress))
        looks[sections.LIVE_PODS.name] = _look(answer, caller.connection.origin)
    return looks


def _of_places(applications: Found, items: list[Raw], gaps: list[Gap]) -> Found | Gap:
    """Return what several namespaces answered; one reason for all where none said anything."""
    if gaps and not items and {gap.code for gap in gaps} == {gaps[0].code}:
        return gaps[0]
    return Found(tuple(items), (*applications.gaps, *gaps))


def _objects(
    caller: Caller, chosen: Sequence[Raw], lists: Lists, progress: Progress
) -> Found | Gap:
    """Read what `chosen` manage. Applications that could not be listed may manage more."""
    if not isinstance(lists.known, Discovery):
        return lists.known or Gap(NOT_SELECTED)
    here = caller.connection.address
    parts, gaps = managed.wanted(chosen, here, lists.known)
    by_kind = {
        APPLICATION: lists.applications,
        APPLICATION_SET: lists.application_sets,
        APP_PROJECT: lists.projects,
        NAMESPACE: lists.namespaces,
    }
    at_hand = {
        (kind.group, kind.kind): found.items
        for kind, found in by_kind.items()
        if isinstance(found, Found) and not found.gaps
    }
    items, refused = managed.read_objects(caller, parts, at_hand, lists.known, progress)
    unseen = lists.applications.gaps if isinstance(lists.applications, Found) else ()
    outside = managed.outside_gaps(chosen, here)
    return Found(tuple(items), (*unseen, *gaps, *refused, *outside))


def _is_chosen(application: Raw, names: frozenset[str] | None) -> bool:
    return names is None or ResourceRef.of(application).qualified in names


def _look(found: Found | Gap, origin: LiveOrigin) -> Look:
    """Order what was found by group, kind, namespace and name, and its gaps by their text."""
    if isinstance(found, Gap):
        return Missing(found)
    items = sorted((Manifest(raw, origin) for raw in found.items), key=lambda item: item.ref)
    gaps = {gap.key: gap for gap in found.gaps}
    return Collected(tuple(items), tuple(gaps[key] for key in sorted(gaps)))


def _uid(caller: Caller, namespaces: Found | Gap) -> str:
    """Return the uid of kube-system, the nearest thing to a name that a cluster has."""
    system: Raw | Gap | None = None
    if isinstance(namespaces, Found):
        system = next(
            (raw for raw in namespaces.items if ResourceRef.of(raw).name == _SYSTEM), None
        )
    else:
        system = paging.got(caller, NAMESPACE, "", _SYSTEM)
    return str(at(system, "metadata", "uid") or "") if isinstance(system, Mapping) else ""


def _identity(caller: Caller) -> str:
    """Return the user name that the server knows the caller by; servers before 1.28 do not say."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = caller.ask(Call(_SELF, _about("create"), body=body), attempts=1)
    if isinstance(answer, Refused):
        return ""
    return str(at(answer, "status", "userInfo", "username") or "")


def _question(path: str) -> Call:
    return Call(path, _about("get"))


def _about(verb: str) -> dict[str, str]:
    return {"verb": verb, "group": "", "resource": "", "kind": "", "namespace": ""}


def _reading(caller: Caller, looks: Mapping[str, Look], uid: str, identity: str) -> ClusterReading:
    told: dict[str, Look] = {}
    for section in sections.LIVE:
        is_wanted = section.name in caller.plan.sections
        told[section.name] = looks[section.name] if is_wanted else Excluded(Gap(NOT_SELECTED))
    cluster = {
        "server": caller.connection.server,
        "context": caller.connection.context,
        "uid": uid,
        "identity": identity,
        "server_time": caller.server_time.isoformat() if caller.server_time else "",
        "clock_skew": round(caller.clock_skew),
    }
    return ClusterReading(told, cluster, caller.calls, _refusals(told.values()))


def _refusals(looks: Iterable[Look]) -> tuple[Gap, ...]:
    gaps: dict[str, Gap] = {}
    for look in looks:
        match look:
            case Missing(why):
                gaps[why.key] = why
            case Collected(_, parts):
                gaps |= {gap.key: gap for gap in parts}
            case Excluded():
                pass
    return tuple(gaps[key] for key in sorted(gaps) if gaps[key].code not in _KNOWN)
