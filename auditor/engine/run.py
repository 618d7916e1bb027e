"""Put every rule to every object."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from auditor.argocd.application import Application
from auditor.argocd.cluster import Namespace
from auditor.engine.causes import group
from auditor.engine.environments import (
    PLATFORM,
    Assignment,
    Declaration,
    Environments,
    assign,
    of_alternatives,
)
from auditor.engine.result import Audit, Coverage, Population
from auditor.engine.templates import template_of
from auditor.findings import Breach, Finding, NotAssessed, Passed, Tier, Unseen, Verdict
from auditor.findings.fingerprint import fingerprint
from auditor.kube.gap import Gap
from auditor.kube.ref import ResourceRef
from auditor.rulebook import Rule
from auditor.rulebook.rule import Subject
from auditor.snapshot import Collected, Excluded, Missing, Snapshot, sections
from auditor.snapshot.derived import APPLICATIONS, CHILDREN, VERSION

log = logging.getLogger(__name__)

T = TypeVar("T")


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


def audit(
    snapshot: Snapshot,
    rules: Iterable[Rule[Any, Any]],
    *,
    environments: Environments | None = None,
    environment: str = "",
    options: Mapping[str, Any] | None = None,
) -> Audit:
    """Return what `rules` say about `snapshot`; `environment` is a name of `environments`.

    `options` maps rule ids to instances of their option classes.
    """
    environments = environments or Environments()
    applications = snapshot.look(APPLICATIONS)
    known = applications if isinstance(applications, tuple) else ()
    children = snapshot.look(CHILDREN)
    parents = children if isinstance(children, Mapping) else {}
    assignments = assign(known, parents, environments)
    alternatives = of_alternatives(known, assignments, environments)
    scope = Scope(environments, environment, assignments, alternatives)
    asked = tuple(rules)
    verdicts = [
        verdict
        for rule in asked
        for verdict in judge(snapshot, rule, scope, (options or {}).get(rule.id))
    ]
    verdicts.sort(key=_order)
    version, source = _version(snapshot)
    findings = tuple(v for v in verdicts if isinstance(v, Finding))
    return Audit(
        snapshot=snapshot,
        rules=asked,
        verdicts=tuple(verdicts),
        causes=group(findings),
        assignments=scope.assignments,
        population=_population(snapshot, known, scope),
        coverage=_coverage(asked, verdicts),
        environment=environment,
        environments=environments.columns,
        version=version,
        version_source=source,
    )


def judge(
    snapshot: Snapshot, rule: Rule[Any, Any], scope: Scope, options: Any = None
) -> Iterator[Verdict]:
    """Yield the verdicts of one rule, at least one for every object that is asked about."""
    failed: list[str] = []
    subjects = _look(snapshot, rule, rule.over, failed)
    if isinstance(subjects, Missing | Excluded):
        yield NotAssessed(rule=rule.id, subject=None, environment=PLATFORM, why=subjects.why)
        return
    looks = [_look(snapshot, rule, section, failed) for section in rule.needs]
    why = next((look.why for look in looks if isinstance(look, Missing | Excluded)), None)
    looks += [_look(snapshot, rule, section, failed) for section in rule.uses]
    for subject in subjects:
        column, tier = scope.place(subject)
        if not scope.has(subject) or tier not in rule.severity:
            continue
        if why:
            yield NotAssessed(rule=rule.id, subject=subject.ref, environment=column, why=why)
        else:
            said = _ask(rule, subject, options or rule.options(), looks, failed)
            yield from _verdicts(rule, subject, said, column, tier)


def _look(snapshot: Snapshot, rule: Rule[Any, Any], section: Any, failed: list[str]) -> Any:
    found = _netted(lambda: snapshot.look(section), f"{rule.id} in {section.name}", failed)
    return Missing(found) if isinstance(found, Gap) else found


def _ask(
    rule: Rule[Any, Any], subject: Any, options: Any, looks: list[Any], failed: list[str]
) -> list[Breach | Unseen]:
    found = _netted(
        lambda: list(rule.check(subject, options, *looks)), f"{rule.id} on {subject.ref}", failed
    )
    return [Unseen(found)] if isinstance(found, Gap) else found


def _netted(action: Callable[[], T], what: str, failed: list[str]) -> T | Gap:
    """Return what `action` gives, or why it failed; `failed` remembers errors already told."""
    try:
        return action()
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:200]
        if said not in failed:
            failed.append(said)
            log.exception("%s failed", what)
        return Gap("rule_failed", {"error": said})


def _verdicts(
    rule: Rule[Any, Any], subject: Any, said: list[Breach | Unseen], column: str, tier: Tier
) -> Iterator[Verdict]:
    breaches = [one for one in said if isinstance(one, Breach)]
    unseen = [one for one in said if isinstance(one, Unseen)]
    for breach in breaches:
        table = breach.severity or rule.severity
        manifest = breach.manifest or subject.manifest
        yield Finding(
            rule=rule.id,
            severity=table.get(tier, rule.severity[tier]).lowered(breach.lower),
            subject=subject.ref,
            environment=column,
            tier=tier,
            breach=_grouped(breach, rule, subject),
            manifest=manifest,
            fingerprint=fingerprint(
                rule.id, subject.ref, manifest.raw, breach.at, breach.identity or breach.group
            ),
        )
    if not breaches and unseen:
        why = unseen[0].why
        yield NotAssessed(rule=rule.id, subject=subject.ref, environment=column, why=why)
    elif not breaches:
        yield Passed(rule=rule.id, subject=subject.ref, environment=column)


def _grouped(breach: Breach, rule: Rule[Any, Any], subject: Any) -> Breach:
    """Return the breach in one line with those of other Applications of the same template."""
    if breach.group or not isinstance(subject, Application):
        return breach
    template = template_of(subject)
    return replace(breach, group=f"{template} {rule.id} {breach.at}") if template else breach


def _order(verdict: Verdict) -> tuple[Any, ...]:
    match verdict:
        case Finding(severity=severity, rule=rule, subject=subject, breach=breach):
            return 0, -severity, rule, subject, breach.at, breach.identity
        case NotAssessed(rule=rule, subject=subject, why=why):
            return 1, rule, subject or ResourceRef("", "", "", ""), why.key
        case Passed(rule=rule, subject=subject):
            return 2, rule, subject


def _coverage(rules: Iterable[Rule[Any, Any]], verdicts: Iterable[Verdict]) -> tuple[Coverage, ...]:
    said: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        said[verdict.rule].append(verdict)
    return tuple(_covered(rule.id, said[rule.id]) for rule in rules)


def _covered(rule: str, verdicts: list[Verdict]) -> Coverage:
    kinds = Counter(type(verdict) for verdict in verdicts)
    found = len({v.subject for v in verdicts if isinstance(v, Finding)})
    return Coverage(
        rule=rule,
        subjects=found + kinds[Passed] + kinds[NotAssessed],
        passed=kinds[Passed],
        found=found,
        findings=kinds[Finding],
        not_assessed=kinds[NotAssessed],
    )


def _population(snapshot: Snapshot, known: Iterable[Application], scope: Scope) -> Population:
    declared = {app.ref for app in known if app.declared}
    live = {app.ref for app in known if app.live}
    audited = {app.ref for app in known if scope.has(app)}
    seen = [
        isinstance(snapshot.look(section), Collected)
        for section in (sections.GIT_MANIFESTS, sections.LIVE_APPLICATIONS)
    ]
    return Population(
        both=tuple(sorted(declared & live)),
        only_git=tuple(sorted(declared - live)),
        only_live=tuple(sorted(live - declared)),
        audited=tuple(sorted(audited)),
        out_of_scope=tuple(sorted((declared | live) - audited)),
        git_seen=seen[0],
        live_seen=seen[1],
    )


def _version(snapshot: Snapshot) -> tuple[Any, str]:
    found = snapshot.look(VERSION)
    if not isinstance(found, tuple):
        raise TypeError("a version can always be assumed")
    return found
