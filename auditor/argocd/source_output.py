"""What one source of an Application gave when it was rendered, and what its folder showed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.argocd.application import Application
from auditor.kube.gap import Gap
from auditor.kube.loose import is_true, sequence, texts
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class SourceOutput:
    """One source; `objects` are all occurrences, also those that a later one replaces."""

    index: int
    type: str
    """Helm, Kustomize, Directory, Plugin; empty where it did not come that far."""
    path: str
    commit: str
    objects: tuple[Manifest, ...]
    error: Gap | None
    """Why the repository's content does not render."""
    gap: Gap | None
    """Why it could not be looked at."""
    remarks: Mapping[str, Any]
    """The item of the section `renderings` it was read from."""

    @property
    def why_not_repeated(self) -> Gap | None:
        """Return why a second rendering says nothing; None where it was made or not needed."""
        if is_true(self.remarks, "unrepeated"):
            return Gap("rendering_not_repeated", {"path": self.path})
        return self.gap or self.error

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the texts of the remark `name`."""
        return texts(self.remarks, name)


def pointer_of(app: Application, output: SourceOutput) -> str:
    """Return where in the Application the source is written."""
    if output.index < len(app.sources):
        return app.sources[output.index].pointer
    return "/spec"


def entry_of(app: Application, output: SourceOutput, *, path: tuple[str, ...], text: str) -> str:
    """Return the pointer of the list item equal to `text` below a source, else of the list."""
    below = "/".join((pointer_of(app, output), *path))
    if output.index >= len(app.sources):
        return below
    entries = texts(app.sources[output.index].raw, *path)
    return f"{below}/{entries.index(text)}" if text in entries else below


def has_helm(app: Application, output: SourceOutput, field: str) -> bool:
    """Say whether the source lists something under `helm.<field>`, or may do so unseen."""
    if output.index >= len(app.sources):
        return True
    return bool(sequence(app.sources[output.index].helm, field))


def named(remark: Mapping[str, Any]) -> ResourceRef:
    """Return the name of an object of the remark `unstable`."""
    meta = {"namespace": remark.get("namespace"), "name": remark.get("name")}
    return ResourceRef.of(
        {"apiVersion": remark.get("apiVersion"), "kind": remark.get("kind"), "metadata": meta}
    )
