"""Who is asked what: the objects of a section, where they belong, and the settings for each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from auditor.argocd.application import Application
from auditor.argocd.cluster import Namespace
from auditor.engine.environments import PLATFORM, Assignment, Declaration, Environments
from auditor.engine.policy import Asked, Policy
from auditor.findings import Tier
from auditor.kube.ref import ResourceRef
from auditor.rulebook import Rule
from auditor.rulebook.rule import Subject
from auditor.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked about: the environments, and which of them was chosen (empty: all)."""

    environments: Environments
    chosen: str
    assignments: Mapping[ResourceRef, Assignment]
    alternatives: Mapping[Declaration, Assignment] = field(default_factory=dict)
    """Of declarations that belong elsewhere than others of their name."""

    def of(self, app: Application) -> Assignment:
        """Return the assignment of `app` as it is declared here."""
        origin = app.declared.origin if app.declared else None
        found = self.alternatives.get((app.ref, origin)) if origin else None
        return found or self.assignments[app.ref]

    def place(self, subject: Subject) -> tuple[str, Tier]:
        """Return the report's column for `subject` and the tier that sets its severity."""
        match subject:
            case Application() as app:
                assignment = self.of(app)
                return assignment.column, assignment.tier
            case Namespace(ref=ref):
                name = self.environments.of_namespace(ref.name)
                return name, self.environments.tier(name)
            case _:
                return PLATFORM, Tier.UNASSIGNED

    def environment(self, subject: Subject) -> str:
        """Return the environment whose settings hold for `subject`: the most important one."""
        if isinstance(subject, Application):
            return self.of(subject).environments[0]
        return self.place(subject)[0]

    def has(self, subject: Subject) -> bool:
        """Say whether `subject` is asked about; what is shared belongs to every environment."""
        if not self.chosen:
            return True
        match subject:
            case Application() as app:
                assignment = self.of(app)
                return self.chosen in assignment.environments or assignment.is_shared
            case Namespace(ref=ref):
                name = self.environments.of_namespace(ref.name)
                return name == self.chosen or self.environments.tier(name) is Tier.SHARED
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Place:
    """An object that may be asked about, and where its verdicts belong."""

    subject: Any
    column: str
    tier: Tier
    environment: str
    """Whose settings hold for it."""


@dataclass(slots=True)
class Desk:
    """The snapshot, with what rules about the same section share."""

    snapshot: Snapshot
    scope: Scope
    policy: Policy
    _places: dict[Any, tuple[Place, ...]] = field(default_factory=dict)
    _named: dict[Any, tuple[tuple[ResourceRef, str], ...]] = field(default_factory=dict)

    def questions(
        self, rule: Rule[Any, Any], subjects: Iterable[Any], options: Any
    ) -> tuple[tuple[Place, ...], Iterable[Asked]]:
        """Return the `subjects` that `rule` is asked about, and how, one answer a place."""
        section = rule.over.name, rule.over.build
        if section not in self._places:
            self._places[section] = tuple(self._all(subjects))
        resolver = self.policy.resolver(rule, options)
        if not resolver.settings:
            usual = resolver.start
            places = self._usual(section, rule, usual)
            return places, repeat(usual, len(places))
        found = [
            (place, asked)
            for place in self._places[section]
            if (asked := resolver.of(place.subject, place.environment)).applies(
                rule.severity, place.tier
            )
        ]
        return tuple(place for place, _ in found), [asked for _, asked in found]

    def _usual(self, section: Any, rule: Rule[Any, Any], asked: Asked) -> tuple[Place, ...]:
        """Return the places of a rule that no setting is about; the same tuple for most rules."""
        tiers = frozenset(tier for tier in Tier if asked.applies(rule.severity, tier))
        if (section, tiers) not in self._places:
            self._places[section, tiers] = tuple(
                place for place in self._places[section] if place.tier in tiers
            )
        return self._places[section, tiers]

    def _all(self, subjects: Iterable[Any]) -> Iterator[Place]:
        for subject in subjects:
            if self.scope.has(subject):
                column, tier = self.scope.place(subject)
                yield Place(subject, column, tier, self.scope.environment(subject))

    def named(self, places: tuple[Place, ...]) -> tuple[tuple[ResourceRef, str], ...]:
        """Return names and columns; the same tuple for the same places."""
        if id(places) not in self._named:
            self._named[id(places)] = named(places)
        return self._named[id(places)]


def named(places: Iterable[Place]) -> tuple[tuple[ResourceRef, str], ...]:
    """Return names and columns."""
    return tuple((place.subject.ref, place.column) for place in places)
