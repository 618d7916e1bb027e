"""Which Applications deliver an Application: app-of-apps, seen from the child."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from auditor.argocd.application import GROUP, Application
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.snapshot.derived import APPLICATIONS, CHILDREN, RENDERED
from auditor.snapshot.rendered import rendered_by
from auditor.snapshot.section import Derived, Excluded, Missing
from auditor.snapshot.snapshot import Snapshot

Parents = Mapping[ResourceRef, tuple[Application, ...]]
"""What `PARENTS` holds: children only; an Application without parents has no entry."""


def _parents(snapshot: Snapshot) -> Parents | Missing | Excluded:
    applications, children = snapshot.look(APPLICATIONS), snapshot.look(CHILDREN)
    if not isinstance(applications, tuple):
        return applications
    if not isinstance(children, Mapping):
        return children
    known = {app.ref: app for app in applications}
    found: dict[ResourceRef, list[Application]] = defaultdict(list)
    for parent, refs in children.items():
        for ref in refs if parent in known else ():
            found[ref].append(known[parent])
    return {child: tuple(apps) for child, apps in sorted(found.items())}


PARENTS: Final[Derived[Parents]] = Derived("parents", _parents)


def _unread(snapshot: Snapshot) -> tuple[Gap, ...] | Missing | Excluded:
    applications = snapshot.look(APPLICATIONS)
    if not isinstance(applications, tuple):
        return applications
    rendered = snapshot.look(RENDERED)
    found = (rendered_by(app, rendered) for app in applications if _delivers(app))
    return tuple(gap for gap in found if isinstance(gap, Gap))


def _delivers(app: Application) -> bool:
    rows = app.status.rows if app.status else ()
    return any((row.ref.group, row.ref.kind) == (GROUP, "Application") for row in rows)


UNREAD_PARENTS: Final[Derived[tuple[Gap, ...]]] = Derived("unread_parents", _unread)
"""Why the children of some live parents are not known from Git."""
