"""What an audit is, once it is done: verdicts and everything a reader may ask about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd.releases import Version
from auditor.engine.environments import Assignment
from auditor.findings import Finding, NotAssessed, Passed, Verdict
from auditor.kube.ref import ResourceRef
from auditor.rulebook import Rule
from auditor.rulebook.needs import raw_sections
from auditor.snapshot import Collected, Missing, Snapshot

EXCLUSIONS: Final = frozenset({"no_cluster", "no_git", "not_selected"})
"""Codes of gaps that the user asked for."""


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
    """What became of one rule; subjects = passed + found + not_assessed."""

    rule: str
    subjects: int
    passed: int
    found: int
    """Subjects with at least one finding."""
    findings: int
    not_assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The result of putting rules to a snapshot."""

    snapshot: Snapshot
    rules: tuple[Rule[Any, Any], ...]
    verdicts: tuple[Verdict, ...]
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

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings, worst first."""
        return tuple(v for v in self.verdicts if isinstance(v, Finding))

    @property
    def passed(self) -> tuple[Passed, ...]:
        """Return the passes."""
        return tuple(v for v in self.verdicts if isinstance(v, Passed))

    @property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """Return what could not be looked at."""
        return tuple(v for v in self.verdicts if isinstance(v, NotAssessed))

    @property
    def has_seen_anything(self) -> bool:
        """Say whether there was an Application to audit and a rule that could judge one."""
        return bool(self.population.audited) and bool(self.findings or self.passed)

    @property
    def is_complete(self) -> bool:
        """Say whether everything that the rules asked about could be looked at."""
        needed = raw_sections(self.rules)
        looks = [look for name, look in self.snapshot.sections.items() if name in needed]
        if any(isinstance(look, Missing) for look in looks):
            return False
        if any(look.gaps for look in looks if isinstance(look, Collected)):
            return False
        return all(verdict.why.code in EXCLUSIONS for verdict in self.not_assessed)
