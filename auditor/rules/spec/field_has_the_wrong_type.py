"""Applications that the API server refuses."""

from collections.abc import Iterator, Mapping

from auditor.argocd.application import Application
from auditor.argocd.schema import check
from auditor.argocd.unknown_fields import dotted
from auditor.findings import Breach, Edit, Fact, Fix, Severity, everywhere
from auditor.kube.manifest import Manifest
from auditor.kube.pointer import get
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.delivered import DELIVERIES, Deliveries, as_applied
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.section import Excluded, Missing

_DIGITS = 10


@rule(
    "SPEC-002",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    uses=(DELIVERIES,),
    options=NoOptions,
)
def field_has_the_wrong_type(
    app: Application, _: NoOptions, deliveries: Deliveries | Missing | Excluded
) -> Iterator[Breach]:
    """Judge what reaches the API server: a parent's tool may complete what a file lacks (§1.1)."""
    applied = as_applied(app, deliveries)
    if not applied or app.declared is None:
        return
    written = check("Application", app.declared.raw)
    is_written = applied[0] is app.declared
    found = written if is_written else check("Application", applied[0].raw)
    if found.decode_error:
        yield Breach(
            at="/metadata",
            manifest=applied[0],
            variant="unreadable",
            facts={"error": found.decode_error},
        )
    in_file = {(pointer, code) for pointer, code, _ in written.errors}
    for pointer, code, facts in found.errors:
        manifest = app.declared if (pointer, code) in in_file else applied[0]
        yield _breach(pointer, code, facts, manifest)


def _breach(pointer: str, code: str, facts: Mapping[str, object], manifest: Manifest) -> Breach:
    said: dict[str, Fact] = {"field": dotted(pointer)}
    fix: Fix | None = None
    match code:
        case "required":
            variant = "missing"
        case "type":
            variant = "type"
            said |= {"expected": str(facts["expected"]), "actual": str(facts["actual"])}
            fix = _fix(manifest, pointer, str(facts["expected"]))
        case _:
            variant = "value"
    return Breach(at=pointer, manifest=manifest, variant=variant, facts=said, fix=fix)


def _fix(manifest: Manifest, pointer: str, expected: str) -> Fix | None:
    """Return the quotes to add or to take away, where that is all."""
    match expected, get(manifest.raw, pointer):
        case "integer", str() as text if text.isdecimal() and len(text) < _DIGITS:
            return Fix((Edit("set", pointer, int(text)),))
        case "boolean", "true" | "false" as text:
            return Fix((Edit("set", pointer, text == "true"),))
        case "string", int() as number if not isinstance(number, bool):
            return Fix((Edit("set", pointer, str(number)),))
        case _:
            return None
