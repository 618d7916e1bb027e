"""Put every rule to every object."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.argocd.application import Application
from auditor.engine.causes import group
from auditor.engine.environments import (
    PLATFORM,
    Environments,
    assign,
    of_alternatives,
)
from auditor.engine.folding import Templates, folded
from auditor.engine.keys import Population as Subjects
from auditor.engine.policy import Asked, Policy, rated
from auditor.engine.population import population
from auditor.engine.questions import Desk, Place, Scope, named
from auditor.engine.result import (
    Audit,
    Batch,
    Coverage,
    Placed,
    gaps,
    passes,
    worst_first,
)
from auditor.engine.templates import template_of
from auditor.engine.waivers import Seen, holding, used, waived
from auditor.findings import Breach, Finding, Unseen, Verdict
from auditor.findings.fingerprint import fingerprint
from auditor.findings.waiver import WaiverUse
from auditor.kube.gap import Gap, Unjudgeable
from auditor.kube.ref import ResourceRef
from auditor.rulebook import Rule
from auditor.rulebook.waivers import WAIVERS
from auditor.snapshot import Excluded, Missing, Snapshot
from auditor.snapshot.derived import APPLICATIONS, CHILDREN, VERSION

log = logging.getLogger(__name__)


def audit(
    snapshot: Snapshot,
    rules: Iterable[Rule[Any, Any]],
    *,
    environments: Environments | None = None,
    environment: str = "",
    options: Mapping[str, Any] | None = None,
    policy: Policy | None = None,
) -> Audit:
    """Return what `rules` say about `snapshot`; `environment` is a name of `environments`.

    `options` maps rule ids to instances of their option classes; the policy's are stronger.
    """
    policy = policy or Policy()
    environments = environments or Environments()
    applications = snapshot.look(APPLICATIONS)
    known = applications if isinstance(applications, tuple) else ()
    children = snapshot.look(CHILDREN)
    parents = children if isinstance(children, Mapping) else {}
    assignments = assign(known, parents, environments)
    alternatives = of_alternatives(known, assignments, environments)
    scope = Scope(environments, environment, assignments, alternatives)
    asked = policy.chosen(rules)
    desk = Desk(snapshot, scope, policy)
    answers = {
        rule.id: judge(desk, rule, (options or {}).get(rule.id))
        for rule in asked
        if rule.over != WAIVERS
    }
    templates = Templates.of(snapshot)
    uses = used(snapshot, policy, _seen(snapshot, policy, answers.values(), environment, templates))
    answers = {rule: _accepted(answer, uses, templates) for rule, answer in answers.items()}
    held = Desk(holding(snapshot, uses), scope, policy)
    answers |= {rule.id: judge(held, rule) for rule in asked if rule.over == WAIVERS}
    told = [answers[rule.id] for rule in asked]
    found = sorted((f for answer in told for f in answer.findings), key=worst_first)
    findings = tuple(finding for finding in found if not finding.is_waived)
    version, source = _version(snapshot)
    return Audit(
        snapshot=snapshot,
        rules=asked,
        findings=findings,
        waived=tuple(finding for finding in found if finding.is_waived),
        passes=tuple(answer.passed for answer in told if answer.passed.places),
        unseen=tuple(batch for answer in told for batch in answer.unseen),
        causes=group(findings, Subjects({app.ref: app for app in known})),
        assignments=scope.assignments,
        population=population(snapshot, known, scope),
        coverage=tuple(map(_covered, told)),
        environment=environment,
        environments=environments.columns,
        version=version,
        version_source=source,
        policy=policy,
        waivers=uses,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says of everything it is asked about."""

    rule: str
    findings: tuple[Finding, ...]
    passed: Batch
    unseen: tuple[Batch, ...]


def judge(desk: Desk, rule: Rule[Any, Any], options: Any = None) -> Answer:
    """Return what one rule says: a verdict at least for every object that is asked about."""
    failed: list[str] = []
    subjects = _look(desk.snapshot, rule, rule.over, failed)
    nothing = Batch(rule.id, ())
    if isinstance(subjects, Missing | Excluded):
        nowhere = Batch(rule.id, ((None, PLATFORM),), subjects.why)
        return Answer(rule.id, (), nothing, (nowhere,))
    looks = [_look(desk.snapshot, rule, section, failed) for section in rule.needs]
    why = next((look.why for look in looks if isinstance(look, Missing | Excluded)), None)
    looks += [_look(desk.snapshot, rule, section, failed) for section in rule.uses]
    places, asked = desk.questions(rule, subjects, options)
    if why:
        unseen = (Batch(rule.id, desk.named(places), why),) if places else ()
        return Answer(rule.id, (), nothing, unseen)
    return _answer(desk, rule, (places, asked), looks, failed)


def _answer(
    desk: Desk,
    rule: Rule[Any, Any],
    questions: tuple[tuple[Place, ...], Iterable[Asked]],
    looks: list[Any],
    failed: list[str],
) -> Answer:
    findings: list[Finding] = []
    passed: list[Place] = []
    unseen: dict[int, tuple[Gap, list[Placed]]] = {}
    check = rule.check
    for place, asked in zip(*questions, strict=True):
        try:
            said = [*check(place.subject, asked.options, *looks)]
        except Unjudgeable as unjudgeable:
            said = [Unseen(unjudgeable.gap)]
        except Exception as error:  # noqa: BLE001 - a rule that raises is NotAssessed
            said = [Unseen(_failure(error, f"{rule.id} on {place.subject.ref}", failed))]
        if not said:
            passed.append(place)
            continue
        breaches = [one for one in said if isinstance(one, Breach)]
        findings += [_finding(rule, place, breach, asked) for breach in breaches]
        first = said[0]
        if not breaches and isinstance(first, Unseen):
            why = first.why
            # most objects of a section share one reason, whose text need not be made each time
            if id(why) not in unseen:
                unseen[id(why)] = (why, [])
            unseen[id(why)][1].append((place.subject.ref, place.column))
    # what everyone passed is told once
    is_whole = len(passed) == len(questions[0])
    return Answer(
        rule.id,
        tuple(findings),
        Batch(rule.id, desk.named(questions[0]) if is_whole else named(passed)),
        _batches(rule.id, unseen.values()),
    )


def _batches(rule: str, unseen: Iterable[tuple[Gap, list[Placed]]]) -> tuple[Batch, ...]:
    """Return one batch for each reason; reasons are equal where their texts are."""
    alike: dict[str, tuple[Gap, list[Placed]]] = {}
    for why, places in unseen:
        alike.setdefault(why.key, (why, []))[1].extend(places)
    return tuple(Batch(rule, tuple(places), why) for why, places in alike.values())


def _seen(
    snapshot: Snapshot,
    policy: Policy,
    answers: Iterable[Answer],
    environment: str,
    templates: Templates,
) -> Seen:
    """Return what was said, for waivers to be held against; nothing where there are none.

    A finding of several Applications can be waived at their template, or for one of them.
    """
    told = list(answers)
    annotated = snapshot.look(WAIVERS)
    verdicts = (verdict for answer in told for verdict in _verdicts(answer, templates))
    has_waivers = bool(policy.waivers) or (isinstance(annotated, tuple) and bool(annotated))
    return Seen.of(
        verdicts if has_waivers else (),
        (answer.rule for answer in told),
        is_whole=not environment,
    )


def _verdicts(answer: Answer, templates: Templates) -> Iterator[Verdict]:
    yield from answer.findings
    yield from (finding for finding in folded(answer.findings, templates) if finding.members)
    yield from passes((answer.passed,))
    yield from gaps(answer.unseen)


def _accepted(answer: Answer, uses: tuple[WaiverUse, ...], templates: Templates) -> Answer:
    """Return `answer` with the findings marked that a waiver accepts, and the others folded."""
    if not answer.findings:
        return answer
    found = waived(folded(waived(answer.findings, uses), templates), uses)
    return replace(answer, findings=found)


def _look(snapshot: Snapshot, rule: Rule[Any, Any], section: Any, failed: list[str]) -> Any:
    try:
        return snapshot.look(section)
    except Unjudgeable as unjudgeable:
        return Missing(unjudgeable.gap)
    except Exception as error:  # noqa: BLE001 - a section that cannot be worked out is Missing
        return Missing(_failure(error, f"{rule.id} in {section.name}", failed))


def _failure(error: Exception, what: str, failed: list[str]) -> Gap:
    """Return why something failed; `failed` remembers errors already told."""
    said = f"{type(error).__name__}: {error}"[:200]
    if said not in failed:
        failed.append(said)
        log.error("%s failed", what, exc_info=error)
    return Gap("rule_failed", {"error": said})


def _finding(rule: Rule[Any, Any], place: Place, breach: Breach, asked: Asked) -> Finding:
    subject = place.subject
    table = breach.severity or rule.severity
    manifest = breach.manifest or subject.manifest
    severity = rated(table, rule.severity, place.tier, asked.severity)
    return Finding(
        rule=rule.id,
        severity=severity.lowered(breach.lower),
        subject=subject.ref,
        environment=place.column,
        tier=place.tier,
        breach=_grouped(breach, rule, subject),
        manifest=manifest,
        fingerprint=fingerprint(
            rule.id, subject.ref, manifest.raw, breach.at, breach.identity or breach.group
        ),
    )


def _grouped(breach: Breach, rule: Rule[Any, Any], subject: Any) -> Breach:
    """Return the breach in one line with those of other Applications of the same template."""
    if breach.group or not isinstance(subject, Application):
        return breach
    template = template_of(subject)
    return replace(breach, group=f"{template} {rule.id} {breach.at}") if template else breach


def _covered(answer: Answer) -> Coverage:
    found = _asked(finding for finding in answer.findings if not finding.is_waived)
    accepted = _asked(finding for finding in answer.findings if finding.is_waived) - found
    passed = len(answer.passed.places)
    unseen = sum(len(batch.places) for batch in answer.unseen)
    return Coverage(
        rule=answer.rule,
        subjects=len(found) + len(accepted) + passed + unseen,
        passed=passed,
        found=len(found),
        findings=sum(not finding.is_waived for finding in answer.findings),
        waived=len(accepted),
        not_assessed=unseen,
    )


def _asked(findings: Iterable[Finding]) -> set[ResourceRef]:
    """Return the objects that were asked about: for a template, the Applications it makes."""
    return {ref for finding in findings for ref in finding.members or (finding.subject,)}


def _version(snapshot: Snapshot) -> tuple[Any, str]:
    found = snapshot.look(VERSION)
    if not isinstance(found, tuple):
        raise TypeError("a version can always be assumed")
    return found
