"""Charts whose output differs each time they are rendered."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.source_output import named, pointer_of
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.loose import mappings
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of

_STABLE = ("Directory", "Kustomize")


@rule(
    "SRC-008",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    options=NoOptions,
)
def output_is_not_deterministic(
    app: Application, _: NoOptions, outputs: Outputs
) -> Iterator[Breach | Unseen]:
    """Take the objects that two renderings of one input gave differently (§10.2)."""
    for output in outputs_of(app, outputs):
        refs = [named(remark) for remark in mappings(output.remarks, "unstable")]
        secrets = [ref for ref in refs if (ref.group, ref.kind) == ("", "Secret")]
        if refs:
            first = (secrets or refs)[0]
            is_worse = bool(secrets) and app.policy.is_automated
            yield Breach(
                at=pointer_of(app, output),
                facts={"object": first, "count": len(refs), "path": output.path or "."},
                variant="secret" if secrets else "",
                severity=everywhere(Severity.HIGH) if is_worse else None,
                keys=frozenset(("object", ref.label) for ref in refs),
            )
        why = output.why_not_repeated
        if why and output.type not in _STABLE:
            yield Unseen(why)
