"""Which findings can be mended in which file, and which only a person can mend.

A fix is a change of a manifest; here it becomes a change of the file that manifest is from: the
Application's own file, the template of the ApplicationSet that makes it, the one file from which
Kustomize takes it, or the values that a chart copies into it. Whether the finding then falls
silent is for a further audit to say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.engine.holding import held
from auditor.engine.result import Audit
from auditor.findings import Edit, Finding, Fix
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.kube.yaml_edit import Change
from auditor.snapshot import Collected, sections
from auditor.snapshot.derived import APPLICATIONS

_TEMPLATE: Final = "/spec/template"


@dataclass(frozen=True, slots=True)
class Mend:
    """A finding, and the changes of one file that should silence it."""

    finding: Finding
    repository: str
    path: str
    kind: str
    name: str
    """Of the object in the file, which may be an item of a List there."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Unmended:
    """A finding with a fix that is only shown: `why` is the code of the reason."""

    finding: Finding
    fix: Fix
    manifest: Manifest
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What became of every finding that was asked about."""

    mends: tuple[Mend, ...]
    unmended: tuple[Unmended, ...]
    undecided: tuple[Finding, ...]
    """Those without a fix: a person decides what should be there."""


Values = Callable[[str, str], Mapping[str, str]]
"""Repository and path of a template → texts of values files that may feed it, by their paths."""


def plan(audit: Audit, findings: Iterable[Finding], values: Values) -> Plan:
    """Return what to change for `findings` of `audit`."""
    found = audit.snapshot.look(APPLICATIONS)
    known = {app.ref: app for app in found} if isinstance(found, tuple) else {}
    written = audit.snapshot.look(sections.GIT_MANIFESTS)
    manifests = written.items if isinstance(written, Collected) else ()
    mends: list[Mend] = []
    unmended: list[Unmended] = []
    undecided: list[Finding] = []
    for finding in findings:
        fix = finding.breach.fix
        if fix is None or not fix.edits:
            undecided.append(finding)
            continue
        manifest = fix.manifest or _declared(known, finding) or finding.manifest
        place, why = _place(manifest, manifests)
        if not fix.is_safe:
            why = "unsafe"
        if place is None and fix.is_safe and (mend := _in_values(finding, fix, manifest, values)):
            mends.append(mend)
            continue
        if place is None or why:
            unmended.append(Unmended(finding, fix, manifest, why))
            continue
        written_in, prefix = place
        origin = written_in.origin
        if not isinstance(origin, GitOrigin):
            raise TypeError(type(origin).__name__)
        changes = tuple(
            Change(origin.document, prefix + at, edit.value, edit.op == "remove")
            for edit in fix.edits
            for at in (_whole(manifest, edit),)
        )
        ref = written_in.ref
        mends.append(Mend(finding, origin.repository, origin.path, ref.kind, ref.name, changes))
    return Plan(tuple(mends), tuple(unmended), tuple(undecided))


def _in_values(finding: Finding, fix: Fix, manifest: Manifest, values: Values) -> Mend | None:
    """Return the mend of a manifest of a chart whose values hold what is to be changed."""
    origin = manifest.origin
    if not isinstance(origin, RenderedOrigin) or "/templates/" not in f"/{origin.path}":
        return None
    texts = values(origin.repository, origin.path)
    places = [(edit, held(texts, manifest, edit)) for edit in fix.edits]
    paths = {found[0][0] for _, found in places if found is not None}
    if len(paths) != 1 or any(found is None for _, found in places):
        return None
    changes = tuple(
        Change(found[0][1], found[0][2] + found[1], edit.value, edit.op == "remove")
        for edit, found in places
        if found is not None
    )
    return Mend(finding, origin.repository, paths.pop(), "", "", changes)


def _whole(manifest: Manifest, edit: Edit) -> str:
    """Return the pointer of an edit; of a list whose only item goes, nothing is left behind."""
    above, _, last = edit.at.rpartition("/")
    if edit.op == "remove" and last.isdigit():
        items = pointer.get(manifest.raw, above)
        if isinstance(items, list) and len(items) == 1:
            return above
    return edit.at


def _declared(known: Mapping[ResourceRef, Application], finding: Finding) -> Manifest | None:
    app = known.get(finding.subject)
    return app.declared if app is not None else None


def _place(
    manifest: Manifest, manifests: Iterable[Manifest]
) -> tuple[tuple[Manifest, str] | None, str]:
    """Return (what is written, pointer before the manifest's own), or None and why not."""
    match manifest.origin:
        case LiveOrigin():
            return None, "live"
        case GitOrigin():
            return (manifest, ""), ""
        case RenderedOrigin(application=name, kind="ApplicationSet", path=path):
            makers = [m for m in manifests if m.ref.kind == "ApplicationSet" and _is(m, name, path)]
            return _only(makers, _TEMPLATE)
        case RenderedOrigin(repository=repository):
            ref = manifest.ref
            bases = [m for m in manifests if m.ref == ref and _is_from(m, repository)]
            return _only(bases or _unplaced(manifest, manifests, repository), "")


def _only(found: list[Manifest], prefix: str) -> tuple[tuple[Manifest, str] | None, str]:
    if len(found) == 1 and isinstance(found[0].origin, GitOrigin):
        return (found[0], prefix), ""
    return None, "rendered"


def _is(manifest: Manifest, name: str, path: str) -> bool:
    origin = manifest.origin
    known = isinstance(origin, GitOrigin) and origin.path == path
    return known and manifest.ref.name == name.rpartition("/")[2]


def _is_from(manifest: Manifest, repository: str) -> bool:
    return isinstance(manifest.origin, GitOrigin) and manifest.origin.repository == repository


def _unplaced(manifest: Manifest, manifests: Iterable[Manifest], repository: str) -> list[Manifest]:
    """Return files of the same kind and name that leave the namespace to Kustomize or Argo CD."""
    ref = manifest.ref
    return [
        other
        for other in manifests
        if _is_from(other, repository)
        and (other.ref.group, other.ref.kind, other.ref.name) == (ref.group, ref.kind, ref.name)
        and not other.ref.namespace
    ]
