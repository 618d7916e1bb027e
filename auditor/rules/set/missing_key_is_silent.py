"""Go templates that write `<no value>` where an item lacks a key."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.argocd.applicationset import Generated
from auditor.argocd.applicationset_object import ApplicationSet, made_of
from auditor.findings import Breach, Edit, Fix, Severity, by_tier, everywhere
from auditor.kube.loose import mapping
from auditor.kube.origin import LiveOrigin
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.generated import is_production

_OPTION: Final = "missingkey=error"
_LOW: Final = everywhere(Severity.LOW)
_MEDIUM: Final = everywhere(Severity.MEDIUM)


@rule(
    "SET-002",
    severity=by_tier(production=Severity.LOW, other=Severity.INFO),
    over=APPLICATIONSETS,
    options=NoOptions,
)
def missing_key_is_silent(applicationset: ApplicationSet, _: NoOptions) -> Iterator[Breach]:
    """Ask for the option, and try what it would refuse (GoTemplate docs)."""
    if not applicationset.is_go or applicationset.fails_on_missing_keys:
        return
    origin = applicationset.manifest.origin
    refused = _refused(applicationset)
    severity = _LOW if is_production(applicationset) else None
    has_list = isinstance(applicationset.spec.get("goTemplateOptions"), list)
    yield Breach(
        at="/spec/goTemplateOptions" if has_list else "/spec/goTemplate",
        variant="lacks" if refused else "",
        severity=_MEDIUM if refused else severity,
        facts={"error": refused[:300]} if refused else {},
        group="" if isinstance(origin, LiveOrigin) or refused else origin.repository,
        fix=Fix((Edit("set", "/spec/goTemplateOptions/-", _OPTION),)),
    )


def _refused(applicationset: ApplicationSet) -> str:
    """Return the error that the option would bring to light, or an empty text."""
    raw = applicationset.manifest.raw
    spec: Mapping[str, Any] = mapping(raw, "spec")
    strict = {**raw, "spec": {**spec, "goTemplateOptions": [*applicationset.options, _OPTION]}}
    before, after = applicationset.made, made_of(strict)
    is_new = isinstance(before, Generated) and isinstance(after, Generated) and not before.error
    return (after.error or "") if is_new and isinstance(after, Generated) else ""
