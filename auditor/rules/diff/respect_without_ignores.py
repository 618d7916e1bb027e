"""RespectIgnoreDifferences where nothing is ignored."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.declaration import repository_of
from auditor.argocd.settings import Settings
from auditor.argocd.system_rules import SystemRules
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, SETTINGS
from auditor.snapshot.ignore_owners import IGNORE_OWNERS, IgnoreOwner

_RESPECT: Final = "RespectIgnoreDifferences=true"


@rule(
    "DIFF-007",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    uses=(SETTINGS, IGNORE_OWNERS),
    options=NoOptions,
)
def respect_without_ignores(
    app: Application,
    _: NoOptions,
    settings: Settings | Missing | Excluded,
    owners: tuple[IgnoreOwner, ...] | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Look for rules on both levels; the default for `/status` is none that a sync respects."""
    written = app.manifest.get("spec", "syncPolicy", "syncOptions")
    if app.ignore_rules or not isinstance(written, list) or _RESPECT not in written:
        return
    if isinstance(settings, Missing | Excluded):
        yield Unseen(settings.why)
        return
    known = owners if isinstance(owners, tuple) else ()
    if settings.error is None and not any(isinstance(owner, SystemRules) for owner in known):
        at = f"/spec/syncPolicy/syncOptions/{written.index(_RESPECT)}"
        yield Breach(
            at=at,
            facts={"option": _RESPECT},
            group=repository_of(app),
            fix=Fix((Edit("remove", at),)),
        )
