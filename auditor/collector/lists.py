"""The lists that everything else is asked by: argoproj.io, namespaces, kinds, settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from auditor.collector import installation, paging, watched
from auditor.collector.discovery import Discovery, discover
from auditor.collector.kinds import APPLICATION, CONFIG_MAP, NAMESPACE
from auditor.collector.paging import Raw
from auditor.collector.plan import Plan
from auditor.collector.progress import Progress
from auditor.collector.request import Caller
from auditor.collector.watched import Found
from auditor.kube.gap import Gap
from auditor.snapshot import sections

NOT_SELECTED: Final = "not_selected"
_ARGOPROJ: Final = (
    sections.LIVE_APPLICATIONS,
    sections.LIVE_APPLICATIONSETS,
    sections.LIVE_PROJECTS,
)


@dataclass(frozen=True, slots=True)
class Lists:
    """What the first questions brought."""

    applications: Found | Gap
    application_sets: Found | Gap
    projects: Found | Gap
    namespaces: Found | Gap
    known: Discovery | Gap | None
    own: str
    """Argo CD's namespace; empty if unknown."""
    settings: Mapping[str, Raw | Gap | None]


def read_lists(caller: Caller, plan: Plan, progress: Progress) -> Lists:
    """Ask for what does not depend on anything, then for what depends on the settings."""
    needs_kinds = plan.wants(sections.LIVE_KINDS, sections.LIVE_OBJECTS)
    kinds = [
        kind
        for kind, section in zip(watched.KINDS, _ARGOPROJ, strict=True)
        if plan.wants(section) or (kind == APPLICATION and _needs_applications(plan))
    ]
    tasks = [partial(paging.listed, caller, kind) for kind in (*kinds, NAMESPACE)]
    progress.step("lists", total=len(tasks) + needs_kinds)
    found = caller.each(tasks, progress)
    known = discover(caller) if needs_kinds else None
    if needs_kinds:
        progress.advance()
    answers = list(zip(kinds, found[:-1], strict=True))
    namespaces = found[-1]
    progress.step("argocd", total=len(installation.SETTINGS))
    applications = dict(answers).get(APPLICATION, [])
    own = installation.find_namespace(caller, applications)
    settings = _settings(caller, own, progress)
    places = installation.watched_namespaces(
        settings.get(installation.SETTINGS[1]), namespaces, own
    )
    told = dict(zip(kinds, watched.narrowed(caller, answers, places, progress), strict=True))
    not_asked = Gap(NOT_SELECTED)
    first, second, third = (told.get(kind, not_asked) for kind in watched.KINDS)
    everywhere = namespaces if isinstance(namespaces, Gap) else Found(tuple(namespaces))
    return Lists(first, second, third, everywhere, known, own, settings)


def _needs_applications(plan: Plan) -> bool:
    is_unknown = plan.argocd_namespace is None
    theirs = (sections.LIVE_OBJECTS, sections.LIVE_EVENTS, sections.LIVE_PODS)
    return is_unknown or plan.wants(*theirs)


def _settings(caller: Caller, own: str, progress: Progress) -> dict[str, Raw | Gap | None]:
    if not own:
        return {}
    names = installation.SETTINGS
    tasks = [partial(paging.got, caller, CONFIG_MAP, own, name) for name in names]
    return dict(zip(names, caller.each(tasks, progress), strict=True))
