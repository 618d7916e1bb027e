"""Files beside the manifests that change what the Application's spec says."""

from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.source_output import pointer_of
from auditor.findings import Breach, Severity, Unseen, everywhere
from auditor.kube.loose import texts
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of


@rule(
    "SRC-009",
    severity=everywhere(Severity.INFO),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    options=NoOptions,
)
def override_file_in_git(
    app: Application, _: NoOptions, outputs: Outputs
) -> Iterator[Breach | Unseen]:
    """Name the files whose content makes the source another one (trap 22)."""
    for output in outputs_of(app, outputs):
        files = texts(output.remarks, "overrides", "files")
        if files:
            facts = {"files": files, "fields": texts(output.remarks, "overrides", "blocks")}
            yield Breach(at=pointer_of(app, output), facts=facts)
        elif output.gap:
            yield Unseen(output.gap)
