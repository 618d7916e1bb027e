"""What the controller writes, written in Git."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS

_FIELDS: Final = (("operation", "", None), ("status", "status", everywhere(Severity.MEDIUM)))


@rule(
    "SYNC-012",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    options=NoOptions,
)
def operation_or_status_in_git(app: Application, _: NoOptions) -> Iterator[Breach]:
    """Look for both in the declared object; the CRD has no status subresource (trap 47)."""
    for field, variant, severity in _FIELDS:
        if app.declared and app.declared.mapping(field):
            yield Breach(
                at=f"/{field}",
                variant=variant,
                severity=severity,
                facts={},
                identity=field,
                fix=Fix((Edit("remove", f"/{field}"),)),
            )
