"""Findings of generated Applications, told once at the template that makes them.

A correction of a generated Application is undone by its ApplicationSet, so the template is the
place to mend. What differs between the Applications, such as a namespace that only one of them
lacks, is of their parameters and stays with them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from auditor.argocd.application import Application
from auditor.engine.templates import template_of
from auditor.findings import Finding, Fix
from auditor.findings.fingerprint import fingerprint
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Snapshot
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.derived import APPLICATIONS

TEMPLATE: Final = "/spec/template"
_WRITTEN: Final = ("/spec", "/metadata")

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """The generated Applications of a snapshot, and what makes each of them."""

    makers: Mapping[ResourceRef, Manifest] = field(default_factory=dict)
    applications: Mapping[ResourceRef, Application] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Templates":
        """Find the maker of every Application that one ApplicationSet alone can have made."""
        sets, applications = snapshot.look(APPLICATIONSETS), snapshot.look(APPLICATIONS)
        if not isinstance(sets, tuple) or not isinstance(applications, tuple) or not sets:
            return cls()
        by_name: dict[str, list[Manifest]] = {}
        for one in sets:
            by_name.setdefault(f"ApplicationSet {one.ref.qualified}", []).append(one.manifest)
        made = {}
        for app in applications:
            found = by_name.get(template_of(app), [])
            found = [manifest for manifest in found if len(found) == 1 or _is_from(app, manifest)]
            if len(found) == 1:
                made[app.ref] = found[0]
        return cls(made, {app.ref: app for app in applications if app.ref in made})


def folded(findings: Iterable[Finding], templates: Templates) -> tuple[Finding, ...]:
    """Return `findings` with those that one template makes alike in one, its subject the template.

    Its members are the Applications. Severity and environment stay apart, and so does what a
    waiver accepts.
    """
    alone: list[Finding] = []
    groups: dict[_Key, list[Finding]] = {}
    for finding in findings:
        key = _key(finding, templates)
        if key is None:
            alone.append(finding)
        else:
            groups.setdefault(key, []).append(finding)
    together = [
        _one(group, templates.makers[group[0].subject]) if len(group) > 1 else group[0]
        for group in groups.values()
    ]
    return (*alone, *together)


def _key(finding: Finding, templates: Templates) -> _Key | None:
    """Return what findings of one template share; None for one that is not of a template."""
    maker, breach = templates.makers.get(finding.subject), finding.breach
    if maker is None or finding.is_waived or not breach.at.startswith(_WRITTEN):
        return None
    app = templates.applications[finding.subject]
    own = (app.declared, app.live)
    if not any(finding.manifest is manifest for manifest in own):
        return None
    if breach.fix is not None and not any(breach.fix.manifest is m for m in (None, *own)):
        return None
    edits = repr(breach.fix.edits) if breach.fix else ""
    return (
        id(maker),
        finding.rule,
        finding.severity,
        finding.environment,
        breach.at,
        breach.variant,
        breach.basis,
        breach.identity,
        repr(sorted(breach.facts.items())),
        edits,
    )


def _one(group: list[Finding], maker: Manifest) -> Finding:
    """Return the finding at the template."""
    first = min(group, key=lambda finding: finding.subject)
    breach = first.breach
    edits = breach.fix.edits if breach.fix else ()
    fix = Fix(
        tuple(replace(edit, at=TEMPLATE + edit.at) for edit in edits),
        is_safe=all(one.breach.fix is not None and one.breach.fix.is_safe for one in group),
    )
    at = TEMPLATE + breach.at
    # one place may be wrong in several ways, or for several environments
    extra = "\0".join((breach.identity or breach.variant, first.environment))
    return replace(
        first,
        subject=maker.ref,
        manifest=maker,
        members=tuple(sorted(finding.subject for finding in group)),
        breach=replace(
            breach,
            at=at,
            manifest=maker,
            keys=frozenset(key for finding in group for key in finding.breach.keys),
            evidence=(),
            fix=fix if edits else None,
        ),
        fingerprint=fingerprint(first.rule, maker.ref, maker.raw, at, extra),
    )


def _is_from(app: Application, manifest: Manifest) -> bool:
    """Say whether `app` was generated from this very file."""
    origin = app.declared.origin if app.declared else None
    return (
        isinstance(origin, RenderedOrigin)
        and isinstance(manifest.origin, GitOrigin)
        and (origin.repository, origin.path) == (manifest.origin.repository, manifest.origin.path)
    )
