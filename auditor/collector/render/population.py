"""All Applications, those that are live and those Git declares, and what each would apply."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.collector.git_options import GitOptions
from auditor.collector.manifests import kept_kind
from auditor.collector.progress import Progress
from auditor.collector.render.application import Wanted, from_cluster, from_git, target_of
from auditor.collector.render.desk import Desk, Given, Piece
from auditor.collector.render.pool import Pool
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.kube.ref import ResourceRef, group_of
from auditor.snapshot import redact
from auditor.snapshot.section import Collected

_MESSAGE: Final = 4000
IsNamespaced = Callable[[str, str], bool | None]
"""Group and kind to scope; None for a kind nobody knows."""


@dataclass(slots=True)
class _Found:
    items: list[Manifest] = field(default_factory=list)
    extra: list[Manifest] = field(default_factory=list)
    gaps: dict[str, Gap] = field(default_factory=dict)


def render_all(
    given: Given,
    declared: Sequence[Manifest],
    live: Sequence[Mapping[str, Any]],
    *,
    is_namespaced: IsNamespaced,
    options: GitOptions,
    scratch: Path,
    progress: Progress,
) -> tuple[Collected, tuple[Manifest, ...]]:
    """Return the section `renderings`, and objects of Argo CD that only rendering shows."""
    waiting = list(from_cluster(live, options))
    seen = {wanted.label for wanted in waiting}
    waiting += [wanted for wanted in from_git(declared, options) if wanted.label not in seen]
    seen |= {wanted.label for wanted in waiting}
    desk = Desk(given, options, scratch)
    plain = _Plain(declared)
    found = _Found()
    with Pool(options.workers, options.limits, scratch) as pool:
        for _ in range(options.limits.depth):
            children: list[Wanted] = []
            for wanted, extra in _level(waiting, desk, pool, found, is_namespaced, progress):
                new = [m for m in extra if not plain.has(m)]
                found.extra += new
                parents = (*wanted.parents, wanted.label)
                children += from_git(new, options, parents)
            waiting = [child for child in children if child.label not in seen]
            seen |= {child.label for child in waiting}
            if not waiting:
                break
    for wanted in waiting:
        deep = Gap("render_limit", {"limit": "depth", "application": wanted.label})
        found.gaps[deep.key] = deep
    gaps = tuple(found.gaps[key] for key in sorted(found.gaps))
    items = sorted(found.items, key=_item_key)
    return Collected(tuple(items), gaps), tuple(found.extra)


def _level(
    waiting: Sequence[Wanted],
    desk: Desk,
    pool: Pool,
    found: _Found,
    is_namespaced: IsNamespaced,
    progress: Progress,
) -> Iterator[tuple[Wanted, list[Manifest]]]:
    """Render Applications that do not depend on each other; yield what they add to Git's."""
    progress.step("render", total=len(waiting))
    pieces = [piece for wanted in waiting for piece in desk.pieces(wanted)]
    answers = _answers(pieces, pool)
    for piece in pieces:
        answer = answers.get(id(piece), {"error": piece.error})
        item = piece.item()
        objects = []
        if (error := answer.get("error")) is not None:
            item["error"] = _cleaned(error, piece)
            _note(item["error"], found)
        else:
            objects = list(_finished(answer["objects"], piece, is_namespaced))
            item |= {key: answer[key] for key in ("unstable", "unread") if key in answer}
        item["objects"] = objects
        origin = RenderedOrigin(piece.wanted.label, piece.repository, piece.commit, piece.path)
        found.items.append(Manifest(item, origin))
        yield piece.wanted, list(_kept(objects, piece))
    progress.advance(len(waiting))


def _answers(pieces: Sequence[Piece], pool: Pool) -> dict[int, Mapping[str, Any]]:
    """Return the answer for each piece that has a job; equal jobs are done once."""
    keys = {id(p): msgspec.msgpack.encode(p.job) for p in pieces if p.job is not None}
    jobs = {keys[id(p)]: p.job for p in pieces if p.job is not None}
    done = dict(zip(jobs, pool.run(list(jobs.values())), strict=True))
    return {mark: done[key] for mark, key in keys.items()}


def _cleaned(error: Mapping[str, Any], piece: Piece) -> dict[str, Any]:
    """Return the error without places of this machine and without credentials."""
    root = str(piece.job.get("root", "")) if piece.job is not None else ""
    facts = dict(error["facts"])
    if isinstance(message := facts.get("message"), str):
        for place in ("folder", "chart"):
            # Sources that were edited or completed lie in a copy.
            if piece.job is not None and (copied := piece.job.get(place)):
                message = message.replace(copied, piece.path)
        if root:
            message = message.replace(f"{root.rstrip('/')}/", "").replace(root.rstrip("/"), "")
        facts["message"] = redact.url(message)[:_MESSAGE]
    return {**error, "facts": facts}


def _note(error: Mapping[str, Any], found: _Found) -> None:
    """Remember what could not be looked at once, however many Applications it concerns."""
    if not error["is_content"]:
        gap = Gap(error["code"], error["facts"])
        found.gaps.setdefault(gap.key, gap)


def _finished(
    objects: Sequence[Mapping[str, Any]], piece: Piece, is_namespaced: IsNamespaced
) -> Iterator[dict[str, Any]]:
    namespace = target_of(piece.wanted, GitOptions()).destination_namespace
    for entry in objects:
        raw = redact.manifest(entry["manifest"])
        yield {
            "template": entry["template"],
            "manifest": _placed(raw, namespace, is_namespaced),
        }


def _placed(
    raw: Mapping[str, Any], namespace: str, is_namespaced: IsNamespaced
) -> Mapping[str, Any]:
    """Return the object with the destination's namespace where it names none and needs one."""
    meta, kind = raw.get("metadata"), raw.get("kind")
    if not namespace or not isinstance(meta, Mapping) or meta.get("namespace"):
        return raw
    version = raw.get("apiVersion")
    group = group_of(version) if isinstance(version, str) else ""
    if not isinstance(kind, str) or is_namespaced(group, kind) is not True:
        return raw
    return {**raw, "metadata": {**meta, "namespace": namespace}}


def _kept(objects: Sequence[Mapping[str, Any]], piece: Piece) -> Iterator[Manifest]:
    for entry in objects:
        if kept_kind(entry["manifest"]) and isinstance(entry["manifest"].get("metadata"), Mapping):
            origin = RenderedOrigin(
                piece.wanted.label, piece.repository, piece.commit, entry["template"]
            )
            yield Manifest(entry["manifest"], origin)


class _Plain:
    """Documents that were read as they are, to tell rendered ones that are the same."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self._places: set[tuple[str, str, ResourceRef]] = set()
        self._contents: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        for manifest in manifests:
            if isinstance(origin := manifest.origin, GitOrigin):
                ref = manifest.ref
                self._places.add((origin.repository, origin.path, _bare(ref)))
                key = (origin.repository, ref.kind, ref.name)
                self._contents.setdefault(key, []).append(manifest.raw)

    def has(self, manifest: Manifest) -> bool:
        """Say whether the rendered object is a document of a file, unchanged."""
        if not isinstance(origin := manifest.origin, RenderedOrigin):
            return False
        ref = manifest.ref
        if (origin.repository, origin.path, _bare(ref)) in self._places:
            return True
        return manifest.raw in self._contents.get((origin.repository, ref.kind, ref.name), ())


def _bare(ref: ResourceRef) -> ResourceRef:
    return ResourceRef(ref.group, ref.kind, "", ref.name)


def _item_key(item: Manifest) -> tuple[str, str, str, str, int]:
    declared = item.mapping("declared")
    return (
        item.raw["application"],
        item.raw["from"],
        str(declared.get("path", "")),
        f"{declared.get('line', 0):09}",
        item.raw["source"],
    )
