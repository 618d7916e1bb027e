"""Passwords, tokens and private keys that Git holds in plain text."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.plain_secrets import plain_secrets
from auditor.findings import Breach, Severity, Unseen, by_tier, everywhere
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of


@rule(
    "SEC-001",
    severity=by_tier(production=Severity.CRITICAL, other=Severity.HIGH),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    options=NoOptions,
)
def secret_in_git(app: Application, _: NoOptions, outputs: Outputs) -> Iterator[Breach | Unseen]:
    """Name keys and places; values were dropped before they could get here (§14.11)."""
    for output in outputs_of(app, outputs):
        if why := output.gap or output.error:
            yield Unseen(why)
            continue
        repository = str(output.remarks.get("repository", ""))
        for found in plain_secrets(app, output):
            yield Breach(
                at=found.at,
                manifest=found.manifest,
                variant="default" if found.is_foreign else "",
                severity=everywhere(Severity.MEDIUM) if found.is_foreign else None,
                facts={
                    "secret": found.manifest.ref,
                    "keys": found.keys,
                    "path": found.path,
                    "line": found.line,
                },
                # one place in Git is one secret to change, however many Applications deliver it
                group=f"{repository} {found.path}:{found.line}",
                identity=found.manifest.ref.label,
                keys=frozenset({("object", found.manifest.ref.label)}),
            )
