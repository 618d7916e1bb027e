"""What became of each waiver in an audit, and which findings are accepted by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from auditor.engine.policy import Policy
from auditor.findings import Finding, NotAssessed, Passed, Verdict
from auditor.findings.waiver import KIND, Flaw, Source, State, Waiver, WaiverUse, called, content
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin
from auditor.kube.ref import ResourceRef
from auditor.rulebook.waivers import WAIVERS
from auditor.snapshot import Snapshot
from auditor.snapshot.derived import APPLICATIONS, NOW


@dataclass(frozen=True, slots=True)
class Seen:
    """What an audit has said before waivers are looked at."""

    asked: frozenset[str]
    is_whole: bool
    """False where one environment was chosen: of the others nothing is known."""
    findings: Mapping[str, tuple[Finding, ...]]
    """By rule."""
    passed: frozenset[tuple[str, ResourceRef]]
    unjudged: Mapping[str, Mapping[ResourceRef | None, Gap]]
    """By rule, and why; None stands for every object."""

    @classmethod
    def of(cls, verdicts: Iterable[Verdict], asked: Iterable[str], *, is_whole: bool) -> "Seen":
        """Sort what was said."""
        findings: dict[str, list[Finding]] = defaultdict(list)
        passed: set[tuple[str, ResourceRef]] = set()
        unjudged: dict[str, dict[ResourceRef | None, Gap]] = defaultdict(dict)
        for verdict in verdicts:
            match verdict:
                case Finding(rule=rule):
                    findings[rule].append(verdict)
                case Passed(rule=rule, subject=subject):
                    passed.add((rule, subject))
                case NotAssessed(rule=rule, subject=subject, why=why):
                    unjudged[rule][subject] = why
        return cls(
            frozenset(asked),
            is_whole,
            {rule: tuple(found) for rule, found in findings.items()},
            frozenset(passed),
            dict(unjudged),
        )

    def unknown(self, waiver: Waiver) -> Gap | None:
        """Return why the absence of a finding says nothing; None where it says there is none."""
        gaps = self.unjudged.get(waiver.rule, {})
        own = (why for ref, why in gaps.items() if ref is None or _may_name(waiver, ref))
        if why := next(own, None):
            return why
        passed = any(rule == waiver.rule and _names(waiver, ref) for rule, ref in self.passed)
        is_asked = waiver.rule in self.asked and (self.is_whole or passed)
        return None if is_asked else Gap("not_selected")


def used(snapshot: Snapshot, policy: Policy, seen: Seen) -> tuple[WaiverUse, ...]:
    """Return every waiver of the policy and of the Applications, with its state."""
    now = snapshot.look(NOW)
    today = now.astimezone(UTC).date() if isinstance(now, datetime) else None
    annotated, applications = snapshot.look(WAIVERS), snapshot.look(APPLICATIONS)
    known = [app.ref for app in applications] if isinstance(applications, tuple) else []
    found = (
        *(_written(waiver, known) for waiver in policy.waivers),
        *(annotated if isinstance(annotated, tuple) else ()),
    )
    return tuple(_judged(replace(use, limits=policy.limits), policy, seen, today) for use in found)


def waived(findings: Iterable[Finding], uses: Iterable[WaiverUse]) -> tuple[Finding, ...]:
    """Return `findings` with those marked that a waiver in force accepts."""
    accepted = {name for use in uses if use.state is State.IN_FORCE for name in use.findings}
    return tuple(
        replace(one, is_waived=True) if one.fingerprint in accepted else one for one in findings
    )


def holding(snapshot: Snapshot, uses: tuple[WaiverUse, ...]) -> Snapshot:
    """Return `snapshot` for the rules about waivers, which ask for nothing else."""
    return Snapshot(snapshot.sections, snapshot.header, {(WAIVERS.name, WAIVERS.build): uses})


def _names(waiver: Waiver, ref: ResourceRef) -> bool:
    return ref == waiver.application or waiver.subject in called(ref)


def _may_name(waiver: Waiver, ref: ResourceRef) -> bool:
    """Say whether `ref` is what is waived; a fingerprint alone may be of any object."""
    is_named = waiver.application is not None or waiver.subject
    return _names(waiver, ref) if is_named else True


def _written(waiver: Waiver, known: Iterable[ResourceRef]) -> WaiverUse:
    """Return a waiver of the configuration; the rules speak of the Application that it names."""
    use = WaiverUse(
        waiver=waiver,
        ref=ResourceRef("", KIND, "", ""),
        manifest=Manifest({}, LiveOrigin("")),
        at="/spec",
    )
    name = f"{waiver.rule} {use.name}".strip()
    raw = {"kind": KIND, "metadata": {"name": name}, "spec": {"rule": waiver.rule}}
    file, _, line = waiver.place.rpartition(":")
    origin = GitOrigin("", "", file or waiver.place, int(line) if line.isdigit() else 1)
    named = (ref for ref in known if waiver.subject in called(ref))
    ref = next(named, ResourceRef("", KIND, "", name))
    return replace(use, ref=ref, manifest=Manifest(raw, origin))


def _judged(use: WaiverUse, policy: Policy, seen: Seen, today: date | None) -> WaiverUse:
    waiver = replace(use.waiver, mistake=_mistake(use.waiver, policy, today))
    found = replace(use, waiver=waiver, today=today)
    if waiver.mistake is not None:
        return replace(found, state=State.ILL_FORMED)
    named = [finding for finding in seen.findings.get(waiver.rule, ()) if waiver.is_for(finding)]
    fingerprints = tuple(finding.fingerprint for finding in named)
    found = replace(found, findings=fingerprints)
    if waiver.source is Source.ANNOTATION and not policy.limits.accepts_annotations:
        return replace(found, state=State.NOT_ACCEPTED)
    if today is None:
        return found
    if today > waiver.ends(policy.limits):
        return replace(found, state=State.EXPIRED)
    if not named:
        why = seen.unknown(waiver)
        return replace(found, state=State.UNKNOWN if why else State.UNUSED, why=why)
    contents = {f.fingerprint: content(f.breach, f.manifest) for f in named}
    kept = tuple(f for f in fingerprints if waiver.content in ("", contents[f]))
    if not kept:
        return replace(found, state=State.LAPSED, content=contents[fingerprints[0]])
    return replace(found, state=State.IN_FORCE, findings=kept)


def _mistake(waiver: Waiver, policy: Policy, today: date | None) -> Flaw | None:
    """Return why a waiver means nothing; the first reason counts."""
    if waiver.mistake is not None:
        return waiver.mistake
    if policy.known and waiver.rule not in policy.known:
        return Flaw("rule", {"name": waiver.rule})
    if waiver.application is None and not (waiver.subject or waiver.fingerprint):
        return Flaw("lacks", {"key": "subject"})
    if waiver.granted is None or waiver.expires is None or waiver.expires < waiver.granted:
        return Flaw("order")
    if today is not None and waiver.granted > today:
        return Flaw("early", {"granted": waiver.granted.isoformat()})
    return None
