"""Two generated Applications of one name, or one that somebody else also declares."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.applicationset_object import ApplicationSet, generated_refs
from auditor.argocd.environment_words import Words, of_path
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.kube.loose import mappings, text
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.lineage import LINEAGE, Definition, Lineage, definition_of
from auditor.snapshot.names import APPLICATIONS_BY_NAME, GENERATED_BY, ByName, Makers

_NAME: Final = "/spec/template/metadata/name"
_DUPLICATE: Final = re.compile(r"duplicate name: ([\w.-]+)")
_WORDS: Final = Words()


@rule(
    "SET-004",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONSETS,
    needs=(GENERATED_BY, APPLICATIONS_BY_NAME, LINEAGE),
    options=NoOptions,
)
def names_collide(
    applicationset: ApplicationSet,
    _: NoOptions,
    makers: Makers,
    by_name: ByName,
    lineage: Lineage,
) -> Iterator[Breach | Unseen]:
    """Compare names within the set, with other sets, and with plain Applications."""
    told = set(_complaints(applicationset))
    for name in sorted(told):
        yield _breach(applicationset, name, None, basis=Basis.OBSERVED)
    counts = Counter(generated_refs(applicationset))
    for ref, count in sorted(counts.items()):
        if count > 1 and ref.name not in told:
            yield _breach(applicationset, ref.name, None)
        beside = (
            one
            for one in makers.get(ref, ())
            if _is_side_by_side(applicationset, one)
            and not lineage.are_apart(_definition(applicationset), _definition(one))
        )
        other = next((one.ref for one in beside), None)
        apps = by_name.get(ref.name, ())
        if other is None and any(
            _is_plain(app, ref, applicationset)
            and not lineage.are_apart(_definition(applicationset), definition_of(app))
            for app in apps
        ):
            other = ref
        if other:
            yield _breach(applicationset, ref.name, other)
    if isinstance(applicationset.made, Gap) and not applicationset.owned and not told:
        yield Unseen(applicationset.made)


def _definition(applicationset: ApplicationSet) -> Definition:
    return applicationset.ref, applicationset.declared.origin if applicationset.declared else None


def _complaints(applicationset: ApplicationSet) -> Iterator[str]:
    """Yield the names that the controller itself reports."""
    raw: Mapping[str, object] = applicationset.live.raw if applicationset.live else {}
    for condition in mappings(raw, "status", "conditions"):
        is_error = condition.get("type") == "ErrorOccurred" and condition.get("status") == "True"
        if is_error and (found := _DUPLICATE.search(text(condition, "message"))):
            yield found[1]


def _is_side_by_side(one: ApplicationSet, other: ApplicationSet) -> bool:
    """Say whether both are read by one Argo CD as far as is known."""
    if one.ref == other.ref:
        return False
    if one.live or other.live:
        return one.live is not None and other.live is not None
    environments = {_environment(item) for item in (one, other)} - {""}
    return len(environments) < len((one, other))


def _environment(applicationset: ApplicationSet) -> str:
    origin = applicationset.manifest.origin
    return of_path(origin.path, _WORDS) if isinstance(origin, GitOrigin) else ""


def _is_plain(app: Application, ref: ResourceRef, applicationset: ApplicationSet) -> bool:
    """Say whether an Application of that name comes from elsewhere."""
    origin = app.declared.origin if app.declared else None
    is_made = isinstance(origin, RenderedOrigin) and origin.kind == "ApplicationSet"
    if app.ref != ref or app.is_generated or is_made:
        return False
    return app.live is not None or applicationset.live is None


def _breach(
    applicationset: ApplicationSet,
    name: str,
    other: ResourceRef | None,
    *,
    basis: Basis = Basis.DECLARED,
) -> Breach:
    return Breach(
        at=_NAME,
        variant="other" if other else "",
        facts={"name": name, **({"other": other} if other else {})},
        basis=basis,
        keys=frozenset({("object", applicationset.ref.label), ("object", f"Application {name}")}),
        identity=f"{name} {other.label}" if other else name,
    )
