"""The sync of one Application as its rendering says it would run."""

from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.option_entries import CREATE_NAMESPACE
from auditor.argocd.releases import Version, has
from auditor.argocd.rendering import Rendering
from auditor.argocd.sync_tasks import Tasks, TaskSettings, sync_tasks
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

_SKIPS: Final = "SkipDryRunOnMissingResource=true"


def tasks_of(
    app: Application,
    rendering: Rendering,
    version: Version,
    served: dict[str, set[str]] | None = None,
) -> Tasks:
    """Return the tasks of a first sync; `served` maps a group version to its kinds."""
    settings = TaskSettings(
        namespace=app.destination.namespace,
        creates_namespace=app.policy.options.has(CREATE_NAMESPACE),
        skips_dry_run_on_missing=has(f"application.{_SKIPS}", version)
        and app.policy.options.has(_SKIPS),
    )
    return sync_tasks([m.raw for m in rendering.objects], (), settings, served)


def manifest_of(rendering: Rendering, ref: ResourceRef) -> Manifest | None:
    """Return the rendered object that a task of that name was made of."""
    return next(
        (
            m
            for m in rendering.objects
            if (m.ref.group, m.ref.kind, m.ref.name) == (ref.group, ref.kind, ref.name)
            and m.ref.namespace in ("", ref.namespace)
        ),
        None,
    )
