"""Sources that render, and give nothing of what lies in them."""

import re
from collections.abc import Iterator

from auditor.argocd.application import Application
from auditor.argocd.source_output import SourceOutput, pointer_of
from auditor.findings import Breach, Edit, Fix, Severity, Unseen, everywhere
from auditor.kube.loose import text
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of

_BRACES = re.compile(r"\{[^{}]*\}")


@rule(
    "SRC-004",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(SOURCE_OUTPUTS,),
    options=NoOptions,
)
def nothing_is_rendered(
    app: Application, _: NoOptions, outputs: Outputs
) -> Iterator[Breach | Unseen]:
    """Ask each source that came through; an empty folder alone is nobody's mistake (§10.3)."""
    for output in outputs_of(app, outputs):
        if output.gap:
            yield Unseen(output.gap)
        if output.error or output.gap:
            continue
        yield from _of(app, output)


def _of(app: Application, output: SourceOutput) -> Iterator[Breach]:
    here, path = pointer_of(app, output), output.path or "."
    for file in output.listed("kindless"):
        facts = {"file": file}
        yield Breach(at=f"{here}/path", variant="kindless", facts=facts, identity=file)
    if output.type == "Directory":
        yield from _lists(app, output)
    if output.objects:
        return
    below = output.remarks.get("below")
    if isinstance(below, int) and below:
        yield Breach(
            at=f"{here}/path",
            facts={"path": path, "count": below},
            fix=Fix((Edit("set", f"{here}/directory/recurse", value=True),), is_safe=False),
        )
    elif output.type == "Helm":
        severity = everywhere(Severity.INFO)
        yield Breach(at=here, variant="chart", facts={"path": path}, severity=severity)


def _lists(app: Application, output: SourceOutput) -> Iterator[Breach]:
    """Yield filters that were meant as a list; both fields take a single glob."""
    if output.index >= len(app.sources):
        return
    source = app.sources[output.index]
    for field in ("include", "exclude"):
        glob = text(source.directory, field)
        outside = _BRACES.sub("", glob).strip()
        is_list = "," in outside or "\n" in outside
        # An include that gave objects has matched what it says.
        if is_list and not (field == "include" and output.objects):
            parts = [part.strip() for part in re.split(r"[,\n]", glob) if part.strip()]
            at = f"{source.pointer}/directory/{field}"
            yield Breach(
                at=at,
                variant="list",
                facts={"field": field, "glob": " ".join(glob.split())},
                fix=Fix((Edit("set", at, "{" + ",".join(parts) + "}"),), is_safe=False)
                if "{" not in glob
                else None,
            )
