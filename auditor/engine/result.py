"""What an audit is, once it is done: verdicts and everything a reader may ask about them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.releases import Version
from auditor.engine.environments import Assignment
from auditor.engine.policy import Policy
from auditor.findings import Finding, NotAssessed, Passed, Verdict
from auditor.findings.waiver import WaiverUse
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import Rule
from auditor.rulebook.needs import raw_sections
from auditor.snapshot import Collected, Missing, Snapshot

EXCLUSIONS: Final = frozenset({"no_cluster", "no_git", "not_selected"})
"""Codes of gaps that the user asked for."""


Placed = tuple[ResourceRef | None, str]
"""What was asked about, and its column in the report; None stands for a whole section."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Checks of one rule that ended alike: a verdict each, made when somebody looks at it."""

    rule: str
    places: tuple[Placed, ...]
    """In the order of the subjects; equal batches may share one tuple."""
    why: Gap | None = None
    """Why they are not assessed; None: they passed."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that share a root: the one to mend, and those that go with it."""

    root: Finding
    effects: tuple[Finding, ...]

    @property
    def subjects(self) -> tuple[ResourceRef, ...]:
        """Return the objects hit, the root's first, each once."""
        found = (self.root, *self.effects)
        return tuple(dict.fromkeys(ref for f in found for ref in (f.subject, *f.members)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Applications by where they were seen; `total` = both + only_git + only_live."""

    both: tuple[ResourceRef, ...]
    only_git: tuple[ResourceRef, ...]
    only_live: tuple[ResourceRef, ...]
    audited: tuple[ResourceRef, ...]
    out_of_scope: tuple[ResourceRef, ...]
    """Not in the environment that was asked for; audited + out_of_scope = total."""
    git_seen: bool
    live_seen: bool

    @property
    def total(self) -> int:
        """Return how many Applications there are, each counted once."""
        return len(self.both) + len(self.only_git) + len(self.only_live)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What became of one rule; subjects = passed + found + waived + not_assessed."""

    rule: str
    subjects: int
    passed: int
    found: int
    """Subjects with at least one finding that is not waived."""
    findings: int
    """Those that are not waived."""
    waived: int
    """Subjects whose findings are all waived."""
    not_assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The result of putting rules to a snapshot."""

    snapshot: Snapshot
    rules: tuple[Rule[Any, Any], ...]
    findings: tuple[Finding, ...]
    """Those that nobody has accepted, worst first."""
    waived: tuple[Finding, ...]
    """Those that a waiver in force accepts, worst first."""
    passes: tuple[Batch, ...]
    """By rule, at most one each."""
    unseen: tuple[Batch, ...]
    """By rule, one for each reason."""
    causes: tuple[Cause, ...]
    """Worst first; only roots that have effects."""
    assignments: Mapping[ResourceRef, Assignment]
    """Every Application of the snapshot, also those out of scope."""
    population: Population
    coverage: tuple[Coverage, ...]
    environment: str
    """The environment that was asked for; empty = all."""
    environments: tuple[str, ...]
    """Columns of the report, production first; every finding's environment is one of them."""
    version: Version
    version_source: str
    """`cluster`, `option` or `assumed`."""
    policy: Policy
    waivers: tuple[WaiverUse, ...]
    """All of them, in force or not."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return every verdict: findings, accepted or not, what could not be looked at, passes."""
        found = sorted((*self.findings, *self.waived), key=worst_first)
        return (*found, *self.not_assessed, *self.passed)

    @property
    def passed(self) -> tuple[Passed, ...]:
        """Return the passes, by rule and subject."""
        return tuple(passes(self.passes))

    @property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """Return what could not be looked at, by rule and subject."""
        return tuple(gaps(self.unseen))

    @property
    def unjudged(self) -> int:
        """Return how many checks could not be made."""
        return sum(row.not_assessed for row in self.coverage)

    @property
    def has_seen_anything(self) -> bool:
        """Say whether there was an Application to audit and a rule that could judge one."""
        judged = self.findings or self.waived or self.passes
        return bool(self.population.audited) and bool(judged)

    @property
    def is_complete(self) -> bool:
        """Say whether everything that the rules asked about could be looked at."""
        if any(batch.why and batch.why.code not in EXCLUSIONS for batch in self.unseen):
            return False
        needed = raw_sections(self.rules)
        looks = [look for name, look in self.snapshot.sections.items() if name in needed]
        return not any(
            isinstance(look, Missing) or (isinstance(look, Collected) and look.gaps)
            for look in looks
        )


def worst_first(finding: Finding) -> tuple[Any, ...]:
    """Return the key by which findings are ordered."""
    ref = finding.subject
    name = ref.group, ref.kind, ref.namespace, ref.name
    return -finding.severity, finding.rule, name, finding.breach.at, finding.breach.identity


def passes(batches: tuple[Batch, ...]) -> Iterator[Passed]:
    """Yield the passes of batches, by rule and subject."""
    for batch in sorted(batches, key=lambda batch: batch.rule):
        for subject, column in sorted(batch.places, key=_by_name):
            if subject is not None:
                yield Passed(rule=batch.rule, subject=subject, environment=column)


def gaps(batches: tuple[Batch, ...]) -> Iterator[NotAssessed]:
    """Yield what batches could not look at, by rule and subject."""
    found = [
        (batch.rule, _by_name(place), batch.why.key, place, batch.why)
        for batch in batches
        if batch.why
        for place in batch.places
    ]
    found.sort(key=lambda one: one[:3])
    for rule, _, _, (subject, column), why in found:
        yield NotAssessed(rule=rule, subject=subject, environment=column, why=why)


def _by_name(place: Placed) -> tuple[str, ...]:
    ref = place[0]
    return (ref.group, ref.kind, ref.namespace, ref.name) if ref else ("", "", "", "")
