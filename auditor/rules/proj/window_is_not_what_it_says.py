"""A sync window that is open at other times, or holds back others, than its fields suggest."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.app_project import AppProject
from auditor.argocd.application import Application
from auditor.argocd.spoken_environment import is_production
from auditor.argocd.window_hours import has_unknown_zone, hours_of, parse_problem
from auditor.argocd.windows import Window, selects
from auditor.findings import Breach, Evidence, Fact, Severity, by_tier, everywhere
from auditor.kube.loose import mappings
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.projects import PROJECT_FOLLOWERS, PROJECTS, Users

_SEVERITY: Final = {
    "blocks": Severity.HIGH,
    "no_effect": Severity.HIGH,
    "": Severity.MEDIUM,
    "never_starts": Severity.MEDIUM,
    "time_zone": Severity.LOW,
    "unselective": Severity.LOW,
    "matches_none": Severity.LOW,
}


@rule(
    "PROJ-009",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=PROJECTS,
    needs=(PROJECT_FOLLOWERS,),
    options=NoOptions,
)
def window_is_not_what_it_says(
    project: AppProject, _: NoOptions, followers: Users
) -> Iterator[Breach]:
    """Read every window as the controller does (semantics §3.9)."""
    apps = followers.get(project.ref, ())
    for i, raw in enumerate(mappings(project.spec, "syncWindows")):
        window = Window.of(raw)
        held = tuple(app for app in apps if selects(window, app.manifest.raw))
        variant = _variant(window, held, apps)
        if variant is not None:
            yield _breach(project, f"/spec/syncWindows/{i}", window, variant, held)


def _variant(
    window: Window, held: tuple[Application, ...], apps: tuple[Application, ...]
) -> str | None:
    """Return the worst that can be said of a window, None where it is as it says."""
    if not (window.applications or window.namespaces or window.clusters):
        return "unselective"
    if apps and not held:
        return "matches_none"
    if parse_problem(window):
        return "blocks"
    if window.kind not in {"allow", "deny"}:
        return "no_effect"
    hours = hours_of(window)
    if hours.is_never_started:
        return "never_starts"
    if hours.runs_on:
        return ""
    return "time_zone" if has_unknown_zone(window) else None


def _breach(
    project: AppProject, at: str, window: Window, variant: str, held: tuple[Application, ...]
) -> Breach:
    problem = parse_problem(window)
    field = {"blocks": problem, "no_effect": "kind", "time_zone": "timeZone"}.get(variant)
    pointer = f"{at}/{field}" if field else at
    facts: dict[str, Fact] = {
        "project": project.name,
        "kind": window.kind,
        "schedule": window.schedule,
        "duration": window.duration,
        "time_zone": window.time_zone or "UTC",
        "field": field or "",
        "opens": () if problem else hours_of(window).opens,
        "manual": window.has_manual_sync,
        "applications": tuple(app.ref for app in held),
    }
    severity = _SEVERITY[variant]
    is_minor = severity is Severity.HIGH and not any(map(is_production, held))
    side = project.side(pointer)
    return Breach(
        at=pointer,
        manifest=side,
        variant=variant,
        facts=facts,
        severity=everywhere(severity),
        lower=1 if is_minor else 0,
        identity=f"{window.kind} {window.schedule} {window.duration}",
        keys=frozenset(
            {("window", project.name)} | {("application", app.ref.qualified) for app in held}
        ),
        evidence=(_manual_sync(project, f"{at}/manualSync", window),),
    )


def _manual_sync(project: AppProject, pointer: str, window: Window) -> Evidence:
    """Say whether a person may sync all the same; on the side the window was read from."""
    value, is_live = window.has_manual_sync, project.live is not None
    return Evidence(
        pointer=pointer,
        object=project.ref,
        declared=None if is_live else value,
        live=value if is_live else None,
        is_declared=not is_live,
        is_live=is_live,
        manifest=project.side(pointer),
    )
