"""Deployment history that is not kept at all, or kept without bounds worth the name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.kube.loose import integer
from auditor.rulebook import rule
from auditor.snapshot.derived import APPLICATIONS

_LIMIT: Final = "/spec/revisionHistoryLimit"


@dataclass(frozen=True, slots=True)
class Options:
    """How many entries are still of use; each holds whole sources and makes the object grow."""

    most: int = 50


@rule("SYNC-009", severity=everywhere(Severity.LOW), over=APPLICATIONS, options=Options)
def history_limit(app: Application, options: Options) -> Iterator[Breach]:
    """Look at what is written; absent means ten (types.go: GetRevisionHistoryLimit)."""
    limit = integer(app.spec, "revisionHistoryLimit")
    if limit is None or 0 < limit <= options.most:
        return
    yield Breach(
        at=_LIMIT,
        variant="" if limit > 0 else "none",
        facts={"limit": limit, "most": options.most},
        fix=Fix((Edit("remove", _LIMIT),)),
    )
