"""All Applications, live or declared, in whatever way they come into being, and what they apply."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from auditor.collector.git_options import GitOptions
from auditor.collector.git_process import GitFailed
from auditor.collector.manifests import TreeReading
from auditor.collector.progress import Progress
from auditor.collector.render import roots
from auditor.collector.render.application import Wanted, from_cluster, from_git
from auditor.collector.render.declared import Declared
from auditor.collector.render.desk import Desk, Given
from auditor.collector.render.generation import ClusterFacts, Generation
from auditor.collector.render.outcome import IsNamespaced, Outcome, outcomes
from auditor.collector.render.pool import Pool
from auditor.collector.render.roots import Candidate
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.snapshot.section import Collected


@dataclass(frozen=True, slots=True)
class Population:
    """What Git declares, and what all Applications would apply."""

    renderings: Collected
    manifests: tuple[Manifest, ...]
    gaps: tuple[Gap, ...]
    """Why there may be more Applications, or others."""


@dataclass(frozen=True, slots=True)
class Commission:
    """What is to be rendered, and by which rules."""

    given: Given
    readings: tuple[TreeReading, ...]
    live: Sequence[Mapping[str, Any]]
    cluster: ClusterFacts
    is_namespaced: IsNamespaced
    options: GitOptions
    scratch: Path
    progress: Progress


def render_all(commission: Commission) -> Population:
    """Follow the repositories from their roots as Argo CD would, and render what is met."""
    options = commission.options
    with Pool(options.workers, options.limits, commission.scratch) as pool:
        walk = _Walk(commission, pool)
        walk.follow(from_cluster(commission.live, options), walk.declared.population)
        walk.build_roots()
        walk.follow((), walk.declared.literal())
    return walk.population()


@dataclass(slots=True)
class _Walk:
    commission: Commission
    pool: Pool
    desk: Desk = field(init=False)
    declared: Declared = field(init=False)
    generation: Generation = field(init=False)
    candidates: tuple[Candidate, ...] = field(init=False)
    items: list[Manifest] = field(default_factory=list)
    render_gaps: dict[str, Gap] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    live: set[str] = field(default_factory=set)
    specs: set[tuple[str, bytes]] = field(default_factory=set)
    visited: set[tuple[str, str]] = field(default_factory=set)
    built: dict[Candidate, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given, options = self.commission.given, self.commission.options
        self.desk = Desk(given, options, self.commission.scratch)
        self.declared = Declared(self.commission.readings, options.argocd_namespace)
        self.candidates = roots.candidates(self.commission.readings)
        self.generation = Generation(self.desk, options, self.commission.cluster)

    def follow(self, live: Iterable[Wanted], manifests: Sequence[Manifest]) -> None:
        """Render Applications, then those they deliver, and so on."""
        waiting = self._new(live)
        waiting += self._new(self._applications(list(manifests), ()))
        for _ in range(self.commission.options.limits.depth):
            if not waiting:
                return
            children: list[Wanted] = []
            for outcome in self._rendered(waiting):
                wanted = outcome.piece.wanted
                new = self.declared.deliver(outcome.kept)
                children += self._applications(new, (*wanted.parents, wanted.label))
            waiting = self._new(children)
        for wanted in waiting:
            deep = Gap("render_depth", {"application": wanted.label})
            self.render_gaps[deep.key] = deep

    def build_roots(self) -> None:
        """Build charts and overlays that nobody points at, and follow their Applications."""
        left = list(self.candidates)
        while left := [candidate for candidate in left if candidate.place not in self.visited]:
            self._build([candidate for candidate in left if candidate not in self.built])
            outcomes_left = {candidate: self.built[candidate].kept for candidate in left}
            for candidate in roots.chosen(outcomes_left, self.desk):
                self.visited.add(candidate.place)
                self._enter(candidate, self.built[candidate])

    def population(self) -> Population:
        """Return what was found."""
        gaps = tuple(self.render_gaps[key] for key in sorted(self.render_gaps))
        renderings = Collected(tuple(sorted(self.items, key=_item_key)), gaps)
        more = tuple(self.gaps[key] for key in sorted(self.gaps))
        return Population(renderings, tuple(self.declared.population), more)

    def _new(self, wanted: Iterable[Wanted]) -> list[Wanted]:
        """Return what has not been rendered; a name may have alternatives, but not a live one."""
        new = []
        for one in wanted:
            spec = (one.label, msgspec.json.encode(one.spec, order="sorted"))
            if one.label not in self.labels or (
                spec not in self.specs and one.label not in self.live
            ):
                new.append(one)
            self.specs.add(spec)
        self.live |= {one.label for one in new if one.is_live}
        self.labels |= {one.label for one in new}
        return new

    def _applications(
        self, manifests: Sequence[Manifest], parents: tuple[str, ...]
    ) -> Iterator[Wanted]:
        """Yield the Applications among `manifests`, and those that ApplicationSets generate."""
        yield from from_git(manifests, self.commission.options, parents)
        for manifest in manifests:
            if manifest.raw.get("kind") != "ApplicationSet":
                continue
            found = self.generation.of(manifest)
            if not found.is_whole:
                templated = roots.pointed_by(manifest, self.candidates, self.desk)
                self.visited |= {candidate.place for candidate in templated}
            self.gaps |= {gap.key: gap for gap in found.gaps}
            self.declared.population += found.applications
            yield from from_git(found.applications, self.commission.options, parents)

    def _rendered(self, waiting: Sequence[Wanted]) -> Iterator[Outcome]:
        self.commission.progress.step("render", total=len(waiting))
        for outcome in self._outcomes(waiting):
            self.items.append(outcome.item)
            self._note(outcome.error)
            yield outcome
        self.commission.progress.advance(len(waiting))

    def _outcomes(self, waiting: Sequence[Wanted]) -> Iterator[Outcome]:
        pieces = [piece for wanted in waiting for piece in self.desk.pieces(wanted)]
        for outcome in outcomes(pieces, self.pool, self.commission.is_namespaced):
            piece = outcome.piece
            self.visited.add(self.desk.place(piece))
            if piece.type == "Kustomize" and outcome.error is None:
                self.declared.built(piece.repository, piece.path)
            yield outcome

    def _note(self, error: Mapping[str, Any] | None) -> None:
        """Remember what could not be looked at once, however many Applications it concerns."""
        if error is not None and not error["is_content"]:
            gap = Gap(error["code"], error["facts"])
            self.render_gaps.setdefault(gap.key, gap)

    def _build(self, new: Sequence[Candidate]) -> None:
        namespace = self.commission.options.argocd_namespace
        pieces = {
            candidate: self.desk.pieces(roots.wanted_of(candidate, namespace))[0]
            for candidate in new
        }
        found = outcomes(list(pieces.values()), self.pool, self.commission.is_namespaced)
        self.built |= dict(zip(pieces, found, strict=True))

    def _enter(self, candidate: Candidate, outcome: Outcome) -> None:
        manifests = list(outcome.kept)
        if outcome.error is None:
            if candidate.kind == roots.KUSTOMIZATION:
                self.declared.built(*candidate.place)
        else:
            facts = {"repository": candidate.repository, "path": candidate.folder or "."}
            error = outcome.error
            cause = error["facts"].get("message") or error["facts"].get("base") or ""
            gap = Gap("root_not_rendered", {**facts, "reason": error["code"], "message": cause})
            self.gaps[gap.key] = gap
            if candidate.kind == roots.CHART:
                manifests = self._literal(candidate)
        self.follow((), self.declared.deliver(manifests))

    def _literal(self, candidate: Candidate) -> list[Manifest]:
        repository = self.desk.repository(candidate.repository)
        if repository is None:
            return []
        try:
            return roots.literal(candidate, repository.tree)
        except GitFailed:
            return []


def _item_key(item: Manifest) -> tuple[str, str, str, str, int]:
    declared = item.mapping("declared")
    return (
        item.raw["application"],
        item.raw["from"],
        str(declared.get("path", "")),
        f"{declared.get('line', 0):09}",
        item.raw["source"],
    )
