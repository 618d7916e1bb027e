"""The Applications that ApplicationSets in Git generate, from what the repositories hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from auditor.argocd.applicationset import generated
from auditor.argocd.applicationset_budget import Unbounded
from auditor.argocd.applicationset_clusters import (
    asks_secrets,
    cluster_params,
    is_selective,
    local_params,
)
from auditor.argocd.applicationset_git import directory_params, file_params
from auditor.argocd.applicationset_params import Mode, NeedsOutside, Params
from auditor.argocd.applicationset_text import GenerationError
from auditor.argocd.go_template_run import BadOption
from auditor.collector import yaml_reader
from auditor.collector.git_options import GitOptions
from auditor.collector.git_process import GitFailed
from auditor.collector.render.application import label_of
from auditor.collector.render.desk import Desk
from auditor.collector.render.failure import NotRendered
from auditor.collector.tree import BadLink, Tree
from auditor.collector.yaml_nodes import BadYaml
from auditor.kube.gap import Gap
from auditor.kube.loose import mapping, mappings, text, texts
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin

_HIDDEN: Final = frozenset({"name", "nameNormalized", "server", "project"})
"""Parameters of a cluster that its Secret keeps to itself."""
_CLUSTERS: Final = "clusters"
_STAND_INS: Final = ("\ue000a", "\ue000bcdefgh")
"""Two names that no cluster has, of different lengths: what differs hangs on a hidden one."""


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What was seen of the cluster that matters for what Git generates."""

    has_applications: bool = False
    """Whether the live Applications were read: then generated ones are among them."""
    secrets: tuple[Mapping[str, Any], ...] | None = None
    """Metadata of the Secrets in Argo CD's namespace; None where they were not read."""
    has_new_globbing: bool = False
    """`applicationsetcontroller.enable.new.git.file.globbing`."""


@dataclass(slots=True)
class Yield:
    """The Applications of one ApplicationSet, and why there may be more or others."""

    applications: list[Manifest] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    is_whole: bool = True
    """Whether `applications` are all of them."""


class Generation:
    """Generates Applications, asking the repositories that were given."""

    def __init__(self, desk: Desk, options: GitOptions, cluster: ClusterFacts) -> None:
        self._desk = desk
        self._options = options
        self._cluster = cluster

    def of(self, manifest: Manifest) -> Yield:
        """Return what an ApplicationSet generates; nothing it holds makes this raise."""
        found = Yield()
        about = self._about(manifest)
        found.is_whole = False
        try:
            raws, error, is_partial = self._raws(manifest.raw)
        except NeedsOutside as outside:
            self._unseen("generator_needs_outside", {**about, "generator": str(outside)}, found)
        except NotRendered as failure:
            self._unseen(failure.code, {**about, **failure.facts}, found)
        except GitFailed as failed:
            self._unseen(failed.code, {**about, **failed.facts}, found)
        except Unbounded:
            self._unseen("applicationset_unbounded", about, found)
        except (BadOption, GenerationError) as broken:
            found.gaps.append(
                Gap("applicationset_not_generated", {**about, "message": str(broken)})
            )
        else:
            found.is_whole = not error and not is_partial
            found.applications = [Manifest(raw, _origin(manifest, about)) for raw in raws]
            if error:
                found.gaps.append(Gap("applicationset_not_generated", {**about, "message": error}))
            if is_partial:
                self._unseen("generator_needs_outside", {**about, "generator": _CLUSTERS}, found)
        return found

    def _about(self, manifest: Manifest) -> dict[str, Any]:
        label = label_of(manifest.raw, self._options.argocd_namespace)
        origin = manifest.origin
        path = origin.path if isinstance(origin, GitOrigin | RenderedOrigin) else ""
        return {"application_set": label, "path": path}

    def _unseen(self, code: str, facts: Mapping[str, Any], found: Yield) -> None:
        # What the controller generated is among the live Applications.
        if not self._cluster.has_applications:
            found.gaps.append(Gap(code, facts))

    def _raws(self, raw: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None, bool]:
        """Return the objects, what went wrong, and whether clusters unseen may give more."""
        if _hangs_on_hidden(mappings(raw, "spec", "generators")):
            raise NeedsOutside(_CLUSTERS)
        unseen: set[str] = set()
        first, other = (generated(raw, self._outside(raw, name, unseen)) for name in _STAND_INS)
        if len(first.applications) != len(other.applications):
            raise NeedsOutside(_CLUSTERS)
        pairs = list(zip(first.applications, other.applications, strict=True))
        if any(one != two for one, two in pairs):
            raise NeedsOutside(_CLUSTERS)
        found = [_object(application) for application in first.applications]
        if unseen and any("{{" in text(raw, "metadata", "name") for raw in found):
            raise NeedsOutside(_CLUSTERS)
        return found, first.error, bool(unseen)

    def _outside(
        self, applicationset: Mapping[str, Any], stand_in: str, unseen: set[str]
    ) -> Callable[[str, Mapping[str, Any], Mode], list[Params]]:
        def answer(kind: str, raw: Mapping[str, Any], mode: Mode) -> list[Params]:
            match kind:
                case "git":
                    return self._git(raw, mode)
                case "clusters" if self._cluster.secrets is not None:
                    return cluster_params(raw, self._cluster.secrets, mode, stand_in)
                case "clusters" if not (
                    self._cluster.has_applications
                    or is_selective(raw)
                    or asks_secrets(applicationset)
                ):
                    unseen.add(kind)
                    return local_params(raw, mode)
                case _:
                    raise NeedsOutside(kind)

        return answer

    def _git(self, raw: Mapping[str, Any], mode: Mode) -> list[Params]:
        repository, commit = self._desk.commit(text(raw, "repoURL"), text(raw, "revision"))
        tree = repository.tree_of(commit)
        if mappings(raw, "directories"):
            return directory_params(raw, tree.folders, mode)
        if mappings(raw, "files"):
            return file_params(
                raw,
                tree.entries,
                lambda path: _text(path, tree),
                mode,
                has_new_globbing=self._cluster.has_new_globbing,
            )
        raise GenerationError("ApplicationSet is empty")


def _text(path: str, tree: Tree) -> str:
    try:
        found = yaml_reader.text_of(tree.read(path))
        # Bounded here, for the reader that follows knows no bounds.
        yaml_reader.values(found)
    except (BadYaml, BadLink, KeyError) as error:
        raise GenerationError(f"unable to process file '{path}': {error}") from None
    return found


def _hangs_on_hidden(generators: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether what is hidden of clusters decides which parameters there are."""
    for generator in generators:
        children = [*mappings(generator, "matrix", "generators")]
        merged = mappings(generator, "merge", "generators")
        asks_clusters = any("clusters" in _kinds(child) for child in merged)
        if asks_clusters and _HIDDEN & set(texts(generator, "merge", "mergeKeys")):
            return True
        if "clusters" in _kinds(generator) and _HIDDEN & set(_selected(generator)):
            return True
        if _hangs_on_hidden([*children, *merged]):
            return True
    return False


def _kinds(generator: Mapping[str, Any]) -> Iterator[str]:
    """Yield the kinds of a generator and of those inside it."""
    yield from generator
    for kind in ("matrix", "merge"):
        for child in mappings(generator, kind, "generators"):
            yield from _kinds(child)


def _selected(generator: Mapping[str, Any]) -> Iterator[str]:
    selector = mapping(generator, "selector")
    yield from mapping(selector, "matchLabels")
    yield from (text(rule, "key") for rule in mappings(selector, "matchExpressions"))


def _object(application: Mapping[str, Any]) -> dict[str, Any]:
    meta = {key: value for key, value in application["metadata"].items() if value}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": meta,
        "spec": application["spec"],
    }


def _origin(manifest: Manifest, about: Mapping[str, Any]) -> RenderedOrigin:
    repository = commit = ""
    if isinstance(origin := manifest.origin, GitOrigin | RenderedOrigin):
        repository, commit = origin.repository, origin.commit
    label, path = about["application_set"], about["path"]
    return RenderedOrigin(label, repository, commit, path, "ApplicationSet")
