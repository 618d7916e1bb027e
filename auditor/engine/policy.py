"""Which rules are asked of which object, how severe, with which options: one list of settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from auditor.argocd.application import Application
from auditor.findings import Severity, Tier
from auditor.findings.severity import Severities
from auditor.findings.waiver import Limits, Waiver
from auditor.kube.origin import GitOrigin, RenderedOrigin
from auditor.rulebook import Rule
from auditor.rulebook.rule import Subject

PERSONAS: Final = ("developer", "operator", "auditor")
OPINION: Final = "is_asked"
"""An option of that name makes a rule an opinion: for the auditor, or where it is turned on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A change of rules for what its selectors match; empty selectors match everything."""

    rules: tuple[str, ...] = ()
    """Ids, chapters or globs."""
    environments: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    enabled: bool | None = None
    severity: Severity | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_general(self) -> bool:
        """Say whether it holds for every object."""
        return not (self.environments or self.applications or self.projects or self.paths)

    def is_about(self, rule: str) -> bool:
        """Say whether it changes the rule of that id."""
        return not self.rules or any(names(pattern, rule) for pattern in self.rules)

    def has(self, subject: Subject, environment: str) -> bool:
        """Say whether `subject` is one of those it changes rules for."""
        return (
            _fits(self.environments, (environment,))
            and _fits(self.applications, _called(subject))
            and _fits(self.projects, _projects(subject))
            and _fits(self.paths, _written(subject))
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """How one rule is put to one object."""

    is_enabled: bool
    severity: Severity | None
    """In place of the rule's own; None: the rule's own by tier."""
    options: Any
    is_extended: bool = False
    """True where the severity was given for these objects: the rule applies to them."""

    def applies(self, table: Severities, tier: Tier) -> bool:
        """Say whether the rule applies in `tier`, by its own table or by this setting."""
        return self.is_enabled and (tier in table or self.is_extended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value of the policy that is not the default, and who gave it."""

    key: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What was in force; later settings are stronger than earlier ones."""

    persona: str = ""
    """One of PERSONAS; empty: whatever is given is asked."""
    settings: tuple[Setting, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    limits: Limits = field(default_factory=Limits)
    known: frozenset[str] = frozenset()
    """Ids of all rules there are, asked or not; empty: not known."""
    file: str = ""
    digest: str = ""
    """SHA-256 over everything that decides verdicts or the exit status."""
    differences: tuple[Difference, ...] = ()

    def chosen(self, rules: Iterable[Rule[Any, Any]]) -> tuple[Rule[Any, Any], ...]:
        """Return the rules that are asked somewhere."""
        return tuple(rule for rule in rules if self._is_chosen(rule))

    def resolver(self, rule: Rule[Any, Any], options: Any = None) -> "Resolver":
        """Return what answers for each object how `rule` is put to it."""
        own = tuple(setting for setting in self.settings if setting.is_about(rule.id))
        start = Asked(_is_usual(rule, self.persona), None, options or rule.options())
        if self.persona == "auditor" and _is_opinion(rule) and options is None:
            start = replace(start, options=replace(start.options, **{OPINION: True}))
        return Resolver(start, own)

    def _is_chosen(self, rule: Rule[Any, Any]) -> bool:
        asked = _is_usual(rule, self.persona)
        for setting in self.settings:
            if setting.is_about(rule.id):
                if setting.enabled or setting.options.get(OPINION):
                    asked = True
                elif setting.enabled is False and setting.is_general:
                    asked = False
        return asked


@dataclass(frozen=True, slots=True)
class Resolver:
    """The settings of one rule, each combination of them worked out once."""

    start: Asked
    settings: tuple[Setting, ...]
    _known: dict[tuple[bool, ...], Asked] = field(default_factory=dict)

    def of(self, subject: Subject, environment: str) -> Asked:
        """Return how the rule is put to `subject`, which belongs to `environment`."""
        key = tuple(setting.has(subject, environment) for setting in self.settings)
        if key not in self._known:
            asked = self.start
            for setting, is_meant in zip(self.settings, key, strict=True):
                asked = _changed(asked, setting) if is_meant else asked
            self._known[key] = asked
        return self._known[key]


def names(pattern: str, rule: str) -> bool:
    """Say whether an id, a chapter or a glob of ids means `rule`."""
    wanted = pattern.upper()
    return wanted == rule.partition("-")[0] or fnmatchcase(rule, wanted)


def rated(table: Severities, own: Severities, tier: Tier, wanted: Severity | None) -> Severity:
    """Return the severity of a breach whose table is `table`, of a rule whose table is `own`.

    A severity the policy wants stands for the rule's usual one: what the rule holds for more or
    less serious than that keeps its distance.
    """
    usual = own.get(tier)
    found = table.get(tier, usual)
    if wanted is None:
        if found is None:
            raise KeyError(tier)
        return found
    if usual is None or found is None:
        return wanted
    return Severity(min(max(wanted + found - usual, Severity.INFO), Severity.CRITICAL))


def _changed(asked: Asked, setting: Setting) -> Asked:
    is_enabled = asked.is_enabled if setting.enabled is None else setting.enabled
    if setting.enabled is None and setting.options.get(OPINION):
        is_enabled = True
    options = {k: v for k, v in setting.options.items() if hasattr(asked.options, k)}
    if setting.enabled and hasattr(asked.options, OPINION):
        # whoever turns an opinion on has asked for it
        options = {OPINION: True, **options}
    return Asked(
        is_enabled,
        asked.severity if setting.severity is None else setting.severity,
        replace(asked.options, **options) if options else asked.options,
        asked.is_extended or (setting.severity is not None and not setting.is_general),
    )


def _is_opinion(rule: Rule[Any, Any]) -> bool:
    return OPINION in rule.options.__dataclass_fields__


def _is_usual(rule: Rule[Any, Any], persona: str) -> bool:
    """Say whether the persona has `rule`: opinions for the auditor, the platform for others."""
    if _is_opinion(rule):
        return persona in ("", "auditor")
    return persona != "developer" or rule.chapter not in PLATFORM_CHAPTERS


PLATFORM_CHAPTERS: Final = frozenset({"PLAT"})
"""What only those can mend who run Argo CD."""

PERSONA_SETTINGS: Final[Mapping[str, tuple[Setting, ...]]] = {
    "auditor": (
        # a moving branch is the guide's way; whoever proves what ran wants a commit
        Setting(rules=("REV-001",), severity=Severity.MEDIUM),
    ),
}
"""What a persona changes besides; the weakest settings of a policy."""


def _fits(globs: tuple[str, ...], values: Iterable[str]) -> bool:
    return not globs or any(fnmatchcase(value, glob) for value in values for glob in globs)


def _called(subject: Subject) -> tuple[str, ...]:
    ref = subject.ref
    return (ref.name, ref.qualified) if ref.kind == "Application" else ()


def _projects(subject: Subject) -> tuple[str, ...]:
    match subject:
        case Application(project=project):
            return (project,)
        case _ if subject.ref.kind == "AppProject":
            return (subject.ref.name,)
        case _:
            return ()


def _written(subject: Subject) -> tuple[str, ...]:
    """Return the file that declares `subject`, or the template that makes it."""
    match subject.manifest.origin:
        case GitOrigin(path=path) | RenderedOrigin(path=path):
            return (path,)
        case _:
            return ()
