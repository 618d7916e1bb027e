"""The `ApplicationSet` kind: what Git declares beside what is live, and what it generates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.application import GROUP, Application
from auditor.argocd.applicationset import Generated, generated
from auditor.argocd.applicationset_budget import Unbounded
from auditor.argocd.applicationset_params import KINDS, NeedsOutside
from auditor.argocd.go_template_run import BadOption
from auditor.argocd.source_json import encoded_spec
from auditor.kube.gap import Gap
from auditor.kube.loose import is_true, mapping, mappings, text, texts
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

_NESTED: Final = ("matrix", "merge")
_MODE: Final = "missingkey="


@dataclass(frozen=True, slots=True)
class ApplicationSet:
    """One ApplicationSet. At least one of `declared` and `live` is there."""

    ref: ResourceRef
    declared: Manifest | None
    live: Manifest | None
    made: Generated | Gap
    """What the declared (else live) object generates, or why that needs more than the object."""
    owned: tuple[Application, ...]
    """Live Applications that it owns."""

    @property
    def manifest(self) -> Manifest:
        """Return the object as Git declares it, else as the cluster has it."""
        found = self.declared or self.live
        assert found is not None  # noqa: S101 - the section builds it from one of them
        return found

    @property
    def spec(self) -> Mapping[str, Any]:
        """Return `spec`."""
        return self.manifest.mapping("spec")

    @property
    def is_go(self) -> bool:
        """Say whether texts are Go templates."""
        return is_true(self.spec, "goTemplate")

    @property
    def options(self) -> tuple[str, ...]:
        """Return `goTemplateOptions`."""
        return texts(self.spec, "goTemplateOptions")

    @property
    def fails_on_missing_keys(self) -> bool:
        """Say whether a missing key stops the generation; the last such option wins."""
        found = [option for option in self.options if option.startswith(_MODE)]
        return bool(found) and found[-1] == f"{_MODE}error"

    @property
    def applications(self) -> tuple[Mapping[str, Any], ...]:
        """Return the generated Applications as far as they are known: computed, else live."""
        if isinstance(self.made, Generated):
            return self.made.applications
        return tuple(app.live.raw for app in self.owned if app.live)

    @property
    def generators(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return every generator, nested ones too, as (kind, its block)."""
        return tuple(_generators(mappings(self.spec, "generators")))


def _generators(
    entries: tuple[Mapping[str, Any], ...],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in entries:
        for kind in KINDS:
            if kind in entry and entry[kind] is not None:
                block = mapping(entry, kind)
                yield kind, block
                if kind in _NESTED:
                    yield from _generators(mappings(block, "generators"))


def generated_refs(applicationset: ApplicationSet) -> Iterator[ResourceRef]:
    """Yield the names of what it generates, one an item, but for those with an unfilled tag."""
    for app in applicationset.applications:
        name = text(app, "metadata", "name")
        if name and "{{" not in name:
            yield ResourceRef(GROUP, "Application", applicationset.ref.namespace, name)


def made_of(raw: Mapping[str, Any], path: str = "") -> Generated | Gap:
    """Return what a raw ApplicationSet generates, or why that is not known; `path` is its file."""
    namespace, name = text(raw, "metadata", "namespace"), text(raw, "metadata", "name")
    about = {"application_set": f"{namespace}/{name}", "path": path}
    try:
        return generated(raw)
    except NeedsOutside as outside:
        return Gap("generator_needs_outside", {**about, "generator": str(outside)})
    except Unbounded:
        return Gap("applicationset_unbounded", about)
    except BadOption as bad:
        return Gap("applicationset_not_generated", {**about, "message": str(bad)})


def template_of(manifest: Manifest) -> Mapping[str, Any]:
    """Return `spec.template`."""
    return manifest.mapping("spec", "template")


def comparable(spec: Mapping[str, Any]) -> Any:
    """Return a spec in which what Argo CD's normalisation adds or drops makes no difference."""
    found = encoded_spec(spec)
    return _without_empty({**found, "project": text(found, "project") or "default"})


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = {key: _without_empty(part) for key, part in value.items()}
        return {key: part for key, part in inner.items() if part not in ({}, [], None, "")}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value
