"""Whether what was rendered is what Argo CD compared with."""

from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.rendering import Rendering
from auditor.kube.gap import Gap

_COMMIT_DIGITS: Final = 40


def commit_gap(app: Application, rendering: Rendering) -> Gap | None:
    """Say so where another commit was rendered than `status.sync` names.

    Texts that are no commits, such as versions of a chart, cannot be compared and count as equal.
    """
    compared = app.status.revisions if app.status else ()
    for source, wanted, rendered in zip(app.sources, compared, rendering.commits, strict=False):
        is_commit = len(wanted) == len(rendered) == _COMMIT_DIGITS
        if is_commit and wanted != rendered:
            facts = {"repository": source.repo_url, "revision": wanted}
            return Gap("revision_not_at_hand", facts)
    return None
