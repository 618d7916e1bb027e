"""Applications that a kustomization leaves out while it takes in their neighbours: switched off."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from auditor.argocd.sources import sources_of
from auditor.collector.kustomizations import Kustomizations
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin

_KINDS: Final = frozenset({"Application", "ApplicationSet"})


def unlisted(manifests: Iterable[Manifest], known: Kustomizations) -> frozenset[str]:
    """Return the files whose Applications nothing delivers, though half beside them are listed.

    An Application that delivers the folder is the root of the others, and applied by hand.
    """
    found = _by_folder(manifests)
    read = {
        place
        for files in found.values()
        for several in files.values()
        for one in several
        for place in _places(one)
    }
    taken = known.taken_in()
    return frozenset(
        path
        for folder, files in found.items()
        if folder not in read and _is_list(listed := taken & files.keys(), files)
        for path, several in files.items()
        if path not in taken
        and not any(
            _delivers(place, folder, listed, known) for m in several for place in _places(m)
        )
    )


def _by_folder(manifests: Iterable[Manifest]) -> Mapping[str, Mapping[str, list[Manifest]]]:
    found: dict[str, dict[str, list[Manifest]]] = defaultdict(lambda: defaultdict(list))
    for manifest in manifests:
        if isinstance(origin := manifest.origin, GitOrigin) and manifest.raw["kind"] in _KINDS:
            found[posixpath.dirname(origin.path)][origin.path].append(manifest)
    return found


def _is_list(listed: frozenset[str], files: Mapping[str, object]) -> bool:
    return 2 * len(listed) >= len(files)


def _places(manifest: Manifest) -> Iterator[str]:
    """Yield the folders that the sources of an Application, or of what a set makes, read."""
    spec = manifest.mapping("spec")
    if manifest.raw["kind"] == "ApplicationSet":
        spec = manifest.mapping("spec", "template", "spec")
    for source in sources_of(spec):
        if source.path:
            cleaned = posixpath.normpath(source.path)
            yield "" if cleaned == "." else cleaned


def _delivers(place: str, folder: str, listed: frozenset[str], known: Kustomizations) -> bool:
    is_above = not place or folder == place or folder.startswith(f"{place}/")
    return is_above or not listed.isdisjoint(known.files(place))
