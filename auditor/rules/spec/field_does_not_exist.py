"""Fields that the API server drops without a word to Argo CD."""

import json
from collections.abc import Iterator
from dataclasses import replace

from auditor.argocd.application import Application
from auditor.argocd.releases import Version
from auditor.argocd.schema import check
from auditor.argocd.unknown_fields import (
    UnknownField,
    dotted,
    mended,
    options_lost,
    unknown_fields,
)
from auditor.findings import (
    Basis,
    Breach,
    Edit,
    Evidence,
    Fix,
    Severity,
    Unseen,
    by_tier,
    everywhere,
)
from auditor.kube import pointer
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, VERSION
from auditor.snapshot.parents import PARENTS, Parents

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_DELETING = ("prune", "allowEmpty", "Prune=true", "Replace=true", "Force=true")


@rule(
    "SPEC-001",
    severity=by_tier(production=Severity.HIGH, other=Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION, PARENTS),
    options=NoOptions,
)
def field_does_not_exist(
    app: Application, _: NoOptions, known: tuple[Version, str], parents: Parents
) -> Iterator[Breach | Unseen]:
    """Compare what was written with what the schema takes (semantics §1.6, trap 40)."""
    written = app.declared or _last_applied(app)
    if written is None:
        return
    result = check("Application", written.raw)
    if result.decode_error:
        yield Unseen(Gap("metadata_malformed", {"error": result.decode_error}))
        return
    for field in unknown_fields(written.raw, result, known[0]):
        if app.live and pointer.has(app.live.raw, field.pointer):
            continue  # a live object that has the field proves that its schema does
        yield _breach(app, written, field, is_delivered=app.ref in parents)


def _breach(
    app: Application, written: Manifest, field: UnknownField, *, is_delivered: bool
) -> Breach:
    breach = Breach(
        at=field.pointer,
        manifest=None if app.declared else written,
        basis=Basis.OBSERVED if app.live else Basis.DECLARED,
        facts={"field": field.path},
        keys=frozenset({("object", app.ref.label)}),
        evidence=_evidence(app, written, field),
    )
    if field.since is not None:
        facts = {"field": field.path, "since": str(field.since)}
        return replace(breach, variant="too_new", facts=facts)
    removal = Edit("remove", field.pointer)
    if field.right_place is None:
        severity = everywhere(Severity.MEDIUM if is_delivered else Severity.LOW)
        return replace(breach, variant="unknown", severity=severity, fix=Fix((removal,)))
    options = options_lost(written.raw, field)
    moved = mended("Application", written.raw, field)
    return replace(
        breach,
        variant="misplaced",
        facts={"field": field.path, "right_place": dotted(field.right_place), "options": options},
        keys=breach.keys | {("option", text) for text in options},
        fix=Fix((Edit("set", *moved), removal), is_safe=not _deletes(*moved)) if moved else None,
    )


def _deletes(where: str, value: object) -> bool:
    """Say whether what takes effect in its right place may delete or replace objects."""
    return any(word in f"{where} {value}" for word in _DELETING)


def _evidence(app: Application, written: Manifest, field: UnknownField) -> tuple[Evidence, ...]:
    if app.live is None or field.pointer.startswith("/spec/source"):
        return ()  # values of a source may be secret
    value = pointer.get(written.raw, field.pointer)
    return (
        Evidence(
            pointer=field.pointer,
            object=app.ref,
            declared=value,
            is_declared=True,
            manifest=written,
        ),
    )


def _last_applied(app: Application) -> Manifest | None:
    """Return what the last `kubectl apply`, or Argo CD's own, was given."""
    text = app.live.annotations.get(_LAST_APPLIED) if app.live else None
    if app.live is None or not isinstance(text, str):
        return None
    try:
        raw = json.loads(text)
    except ValueError:
        return None
    return Manifest(raw, app.live.origin) if isinstance(raw, dict) else None
