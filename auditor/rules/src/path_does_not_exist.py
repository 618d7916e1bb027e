"""Sources whose path is not in the repository."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.rendering_verdict import has_rendered, rendering_roots
from auditor.argocd.source_output import SourceOutput, pointer_of
from auditor.findings import Basis, Breach, Severity, Unseen, everywhere
from auditor.kube.gap import Gap
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.chart_defaults import CHART_DEFAULTS, ChartDefaults
from auditor.snapshot.derived import APPLICATIONS
from auditor.snapshot.freshness import FRESHNESS
from auditor.snapshot.section import Excluded, Missing
from auditor.snapshot.source_outputs import SOURCE_OUTPUTS, Outputs, outputs_of

_CODES: Final = {
    "path_missing": "",
    "path_not_a_folder": "file",
    "path_absolute": "absolute",
    "path_outside_repository": "outside",
}
_SAID: Final = re.compile(r"(?P<path>\S+): app path (?:does not exist|is not a directory)")
_COMMIT: Final = 40
_TEMPLATE: Final = re.compile(r"\{\{|<[A-Z][A-Z0-9_]*>")


@rule(
    "SRC-001",
    severity=everywhere(Severity.HIGH),
    over=APPLICATIONS,
    uses=(SOURCE_OUTPUTS, FRESHNESS, CHART_DEFAULTS),
    options=NoOptions,
)
def path_does_not_exist(
    app: Application,
    _: NoOptions,
    outputs: Outputs | Missing | Excluded,
    freshness: object,
    defaults: ChartDefaults,
) -> Iterator[Breach | Unseen]:
    """Look at the commit Argo CD compared with; its own message counts alone too (§10.3)."""
    if has_rendered(app, freshness):
        return
    said = next((m["path"] for r in rendering_roots(app) if (m := _SAID.search(r))), "")
    found = outputs_of(app, outputs) if isinstance(outputs, Mapping) else ()
    breaches = [one for output in found for one in _of(app, output, defaults, is_said=bool(said))]
    if breaches:
        yield from breaches
    elif said:
        at = next((f"{s.pointer}/path" for s in app.sources if s.path == said), "/spec")
        yield Breach(at=at, variant="reported", facts={"path": said}, basis=Basis.OBSERVED)
    elif why := _why_unseen(outputs, found):
        yield Unseen(why)


def _of(
    app: Application, output: SourceOutput, defaults: ChartDefaults, *, is_said: bool
) -> Iterator[Breach | Unseen]:
    code = output.error.code if output.error else ""
    if code not in _CODES or _TEMPLATE.search(output.path):
        return
    if why := defaults.left_open(app, output.path):
        yield Unseen(why)
    else:
        yield Breach(
            at=f"{pointer_of(app, output)}/path",
            variant=_CODES[code],
            facts={"path": output.path, "commit": _short(output.commit)},
            basis=Basis.OBSERVED if is_said else Basis.DECLARED,
        )


def _short(commit: str) -> str:
    """Shorten a commit; files read as they lie have none, but a word for that."""
    return commit[:7] if len(commit) == _COMMIT else commit


def _why_unseen(
    outputs: Outputs | Missing | Excluded, found: tuple[SourceOutput, ...]
) -> Gap | None:
    if isinstance(outputs, Missing | Excluded):
        return outputs.why
    for output in found:
        if output.gap and not output.type:
            return output.gap  # with a type the folder was found
        if output.error and output.error.code in _CODES:
            return Gap("template_not_resolved", {"path": output.path})
    return None
