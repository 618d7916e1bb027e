"""What became of each source: an item of the section `renderings`, and the objects of Argo CD."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from auditor.collector.git_options import GitOptions
from auditor.collector.manifests import kept_kind
from auditor.collector.render.application import target_of
from auditor.collector.render.desk import Piece
from auditor.collector.render.pool import Pool
from auditor.kube.manifest import Manifest
from auditor.kube.origin import RenderedOrigin
from auditor.kube.ref import group_of
from auditor.snapshot import redact

_MESSAGE: Final = 4000
_REMARKS: Final = ("unstable", "unread", "unrepeated")
"""What a worker remarks beside the objects."""
IsNamespaced = Callable[[str, str], bool | None]
"""Group and kind to scope; None for a kind nobody knows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One piece, done."""

    piece: Piece
    item: Manifest
    kept: tuple[Manifest, ...]
    """Objects that a snapshot keeps of Git."""
    error: Mapping[str, Any] | None


def outcomes(pieces: Sequence[Piece], pool: Pool, is_namespaced: IsNamespaced) -> Iterator[Outcome]:
    """Render the pieces, which do not depend on each other; equal jobs are done once."""
    answers = _answers(pieces, pool)
    for piece in pieces:
        yield _outcome(piece, answers.get(id(piece), {"error": piece.error}), is_namespaced)


def _outcome(piece: Piece, answer: Mapping[str, Any], is_namespaced: IsNamespaced) -> Outcome:
    item = piece.item()
    objects: list[dict[str, Any]] = []
    error = answer.get("error")
    if error is not None:
        item["error"] = error = _cleaned(error, piece)
    else:
        objects = list(_finished(answer["objects"], piece, is_namespaced))
        item |= {key: answer[key] for key in _REMARKS if key in answer}
    item["objects"] = objects
    origin = RenderedOrigin(piece.wanted.label, piece.repository, piece.commit, piece.path)
    return Outcome(piece, Manifest(item, origin), tuple(_kept(objects, piece)), error)


def _answers(pieces: Sequence[Piece], pool: Pool) -> dict[int, Mapping[str, Any]]:
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


def _finished(
    objects: Sequence[Mapping[str, Any]], piece: Piece, is_namespaced: IsNamespaced
) -> Iterator[dict[str, Any]]:
    namespace = target_of(piece.wanted, GitOptions()).destination_namespace
    for entry in objects:
        raw = redact.manifest(entry["manifest"])
        yield {
            "template": entry["template"],
            "manifest": _placed(raw, namespace, is_namespaced),
            **({"plain": entry["plain"]} if "plain" in entry else {}),
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
    wanted = piece.wanted
    for entry in objects:
        if kept_kind(entry["manifest"]) and isinstance(entry["manifest"].get("metadata"), Mapping):
            origin = RenderedOrigin(
                wanted.label, piece.repository, piece.commit, entry["template"], wanted.maker
            )
            yield Manifest(entry["manifest"], origin)
