"""How a live child Application differs from what its parents render, with who made it so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.child_drift import ChildDrift, added_fields, child_drift, row_of
from auditor.argocd.compared_commit import commit_gap
from auditor.argocd.drift import FieldDrift
from auditor.argocd.field_owners import Writers
from auditor.argocd.releases import Version
from auditor.argocd.settings import Settings
from auditor.kube.gap import Gap
from auditor.kube.managed_fields import FieldOwner
from auditor.snapshot.rendered import Renderings, rendered_by

_WEIGHTY: Final = ("/spec/syncPolicy", "/spec/source", "/spec/sources", "/spec/sourceHydrator")


@dataclass(frozen=True, slots=True)
class ChildDifference:
    """The fields that differ from one parent, the weighty ones first."""

    parent: Application
    fields: tuple[FieldDrift, ...]
    is_seen: bool
    """The parent's comparison shows some of them."""

    @property
    def is_weighty(self) -> bool:
        """Say whether it changes what is deployed, or when."""
        return is_weighty(self.fields[0])

    @property
    def is_pending(self) -> bool:
        """Say whether some field is on its way."""
        return any(field.is_pending for field in self.fields)

    def owners(self, writers: Writers) -> tuple[FieldOwner, ...]:
        """Return who wrote the live values, field by field, where that was not Argo CD."""
        return tuple(o for field in self.fields if (o := writer_of(field, writers)))


def is_weighty(field: FieldDrift) -> bool:
    """Tell whether a field is part of the sync policy or of a source."""
    return any(field.pointer == p or field.pointer.startswith(f"{p}/") for p in _WEIGHTY)


def writer_of(field: FieldDrift, writers: Writers) -> FieldOwner | None:
    """Return who wrote the live value, unless it was Argo CD."""
    return next((o for o in field.owners if not writers.is_argocd(o.manager)), None)


def child_differences(
    app: Application,
    parents: tuple[Application, ...],
    renderings: Renderings,
    settings: Settings,
    version: Version,
    writers: Writers,
) -> Iterator[ChildDifference | Gap]:
    """Yield a difference for each parent that has one, or why it is not known."""
    for parent in parents:
        if parent.status is None or parent.status.has_comparison_error:
            continue
        rendering = rendered_by(parent, renderings)
        if isinstance(rendering, Gap):
            yield rendering
            continue
        if why := commit_gap(parent, rendering):
            yield why
            continue
        row = row_of(parent, app)
        found = child_drift(parent, row, rendering, app, settings, version) if row else None
        if isinstance(found, Gap):
            yield found
        seen = found.fields if isinstance(found, ChildDrift) else ()
        named = {field.pointer for field in seen}
        added = added_fields(parent, rendering, app, settings, writers)
        every = (*seen, *(field for field in added if field.pointer not in named))
        if every:
            ranked = sorted(every, key=lambda field: (not is_weighty(field), field.pointer))
            yield ChildDifference(parent, tuple(ranked), bool(seen))
