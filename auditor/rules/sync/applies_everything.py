"""Large Applications that apply every object in every automated sync."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.option_entries import OPTIONS_POINTER
from auditor.argocd.size import objects_synced
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.rendered import Renderings, rendered_by

_OPTION: Final = "ApplyOutOfSyncOnly=true"


@dataclass(frozen=True, slots=True)
class Size:
    """From how many objects on it matters."""

    large: int = 200
    """Objects; the documentation speaks of thousands."""


@rule(
    "SYNC-007",
    severity=everywhere(Severity.LOW),
    over=APPLICATIONS,
    uses=(RENDERED,),
    options=Size,
)
def applies_everything(
    app: Application, size: Size, renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Count the rows of the status, else what is rendered."""
    if not app.policy.is_automated or app.policy.options.has(_OPTION):
        return
    count = objects_synced(app, rendered_by(app, renderings))
    if isinstance(count, Gap):
        yield Unseen(count)
    elif count >= size.large:
        yield Breach(
            at=OPTIONS_POINTER,
            facts={"count": count},
            identity=_OPTION,
            fix=Fix((Edit("set", f"{OPTIONS_POINTER}/-", _OPTION),)),
        )
