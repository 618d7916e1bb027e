"""Stores and ExternalSecrets of production that a sync may delete, or apply unvalidated."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.annotations import SYNC_OPTIONS, has_option
from auditor.argocd.application import Application
from auditor.argocd.cluster import LiveObjects
from auditor.argocd.guards import unguarded
from auditor.argocd.option_entries import ANNOTATION_POINTER, pointer_of
from auditor.argocd.releases import Version
from auditor.argocd.stateful import is_external_secret, is_secret_store
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, production_only
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import APPLICATIONS, OBJECTS, RENDERED, VERSION
from auditor.snapshot.rendered import Renderings, rendered_by

_PRUNE: Final = "/spec/syncPolicy/automated/prune"
_VALIDATE: Final = "Validate=false"


@rule(
    "PRUNE-009",
    severity=production_only(Severity.HIGH),
    over=APPLICATIONS,
    needs=(RENDERED, VERSION),
    uses=(OBJECTS,),
    options=NoOptions,
)
def secret_manager_is_not_conservative(
    app: Application,
    _: NoOptions,
    renderings: Renderings,
    known: tuple[Version, str],
    live: LiveObjects | Missing | Excluded,
) -> Iterator[Breach | Unseen]:
    """Hold a secrets manager to the guide: production keeps, and validates (guide G05)."""
    rendered = rendered_by(app, renderings)
    if isinstance(rendered, Gap):
        yield Unseen(rendered)
        return
    secrets = _secrets(rendered.objects)
    if not secrets:
        return
    seen = live if isinstance(live, LiveObjects) else None
    if app.policy.prunes and (lost := unguarded(secrets, app, seen, known[0])):
        fix = Fix((Edit("set", _PRUNE, value=False),))
        yield Breach(at=_PRUNE, facts=_facts(lost, "prune: true"), fix=fix)
    if app.policy.options.has(_VALIDATE):
        at = pointer_of(app.spec, _VALIDATE)
        yield Breach(at=at, facts=_facts(secrets, _VALIDATE), fix=Fix((Edit("remove", at),)))
    elif loose := tuple(m for m in secrets if has_option(m.raw, SYNC_OPTIONS, _VALIDATE)):
        yield Breach(at=ANNOTATION_POINTER, manifest=loose[0], facts=_facts(loose, _VALIDATE))


def _secrets(objects: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
    """Return stores and ExternalSecrets, none where the Application merely uses a few of them."""
    found = tuple(m for m in objects if is_secret_store(m.ref) or is_external_secret(m.ref))
    external = sum(is_external_secret(m.ref) for m in found)
    has_store = len(found) > external
    return found if has_store or 2 * external >= len(objects) else ()


def _facts(objects: tuple[Manifest, ...], setting: str) -> dict[str, int | str | tuple[str, ...]]:
    kinds = tuple(sorted({m.ref.kind for m in objects}))
    return {"count": len(objects), "kinds": kinds, "setting": setting}
