"""RespectIgnoreDifferences where nothing is ignored."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.declaration import repository_of
from auditor.argocd.settings import Settings
from auditor.argocd.system_rules import SystemRules
from auditor.findings import Breach, Edit, Fix, Severity, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, SETTINGS
from auditor.snapshot.ignore_owners import IGNORE_OWNERS, IgnoreOwner

_RESPECT: Final = "RespectIgnoreDifferences=true"


@rule(
    "DIFF-007",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    needs=(SETTINGS, IGNORE_OWNERS),
    options=NoOptions,
)
def respect_without_ignores(
    app: Application, _: NoOptions, settings: Settings, owners: tuple[IgnoreOwner, ...]
) -> Iterator[Breach]:
    """Look for rules on both levels; the default for `/status` is none that a sync respects."""
    has_system_rules = any(isinstance(owner, SystemRules) for owner in owners)
    if app.ignore_rules or has_system_rules or settings.error is not None:
        return
    written = app.manifest.get("spec", "syncPolicy", "syncOptions")
    if isinstance(written, list) and _RESPECT in written:
        at = f"/spec/syncPolicy/syncOptions/{written.index(_RESPECT)}"
        yield Breach(
            at=at,
            facts={"option": _RESPECT},
            group=repository_of(app),
            fix=Fix((Edit("remove", at),)),
        )
