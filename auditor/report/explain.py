"""One Application: what Argo CD says of it, why, and what to do, the cause before its effects."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.status import Operation, Status
from auditor.engine.result import Audit, Cause
from auditor.findings import Finding, NotAssessed
from auditor.kube.ref import ResourceRef
from auditor.report.applications import applications
from auditor.report.cause import reach, time_view
from auditor.report.cause_view import BlastView, TimeLineView
from auditor.report.draft import Draft, Edition
from auditor.report.explain_messages import Told, told
from auditor.report.finding_view import FindingView
from auditor.report.findings import rules
from auditor.snapshot import Excluded, Missing
from auditor.snapshot.derived import NOW
from auditor.snapshot.parents import PARENTS, Parents

MOST: Final = 8
"""Objects that are named among the symptoms; of the rest only the number."""


_ASKED: Final = re.compile(r"(\bargocd app (?:\w+ )+|\bget applications? )NAME\b")
"""Where a command of a page wants the name of the Application."""
_LABEL: Final = re.compile(r"(?P<kind>\w+) (?P<namespace>[^/\s]+)/(?P<name>\S+)")
_DESCRIBED: Final = re.compile(r"(?<=-n )NAMESPACE\b|(?<=describe )KIND\b|(?<=KIND )OBJECT\b")
"""Where a command wants the object that a finding names."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line: the key of its label in the words, and what it says."""

    label: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A finding in a chain, with what its rule says to do."""

    role: str
    """`cause` of others, `effect` of one, or a `finding` by itself."""
    title: str
    finding: FindingView
    fix: str
    """Markdown; empty for an effect, and where an earlier step of the same rule has it."""
    confirm: str
    """Likewise; commands name the Application."""
    is_elsewhere: bool
    """True for a cause that is found at another Application."""
    blast: BlastView | None = None
    """How far a cause reaches."""
    time: TimeLineView | None = None
    """Since when a cause shows, and what had changed in Git."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A cause and its effects on this Application, in this order, or one finding."""

    steps: tuple[Step, ...]
    elsewhere: int
    """Effects of the same cause on other objects."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Why rules could not judge the Application."""

    rules: tuple[str, ...]
    says: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is known of one Application, in the order in which it is read."""

    language: str
    subject: str
    about: tuple[Fact, ...]
    symptoms: tuple[Fact, ...]
    chains: tuple[Chain, ...]
    """Those with a cause first, then the worst."""
    messages: tuple[Told, ...]
    """Known failures first, the best named one in front."""
    unjudged: tuple[Unjudged, ...]


def explained(audit: Audit, edition: Edition, ref: ResourceRef) -> Explanation:
    """Return what `audit` knows of one Application; raise KeyError where it is not in it."""
    causes = tuple(cause for cause in audit.causes if _hits(cause, ref))
    own = tuple(finding for finding in audit.findings if _is_about(finding, ref))
    roots = tuple(cause.root for cause in causes if not _is_about(cause.root, ref))
    draft = _cut(audit, edition, ref, (*roots, *own))
    app = draft.applications[ref]
    return Explanation(
        language=edition.language,
        subject=ref.qualified,
        about=tuple(_about(draft, app)),
        symptoms=tuple(_symptoms(draft, app)),
        chains=tuple(_chains(draft, ref, causes, own)),
        messages=told(draft, app),
        unjudged=tuple(_unjudged(draft, ref)),
    )


def _cut(audit: Audit, edition: Edition, ref: ResourceRef, found: tuple[Finding, ...]) -> Draft:
    """Return the desk with this Application alone on it, so that only its pages are read."""
    wanted = {finding.rule for finding in found}
    unseen = (
        replace(batch, places=tuple(place for place in batch.places if place[0] == ref))
        for batch in audit.unseen
    )
    own = replace(
        audit,
        rules=tuple(rule for rule in audit.rules if rule.id in wanted),
        findings=found,
        waived=(),
        passes=(),
        unseen=tuple(batch for batch in unseen if batch.places),
        population=replace(audit.population, audited=(ref,)),
    )
    return Draft.of(own, edition)


def _is_about(finding: Finding, ref: ResourceRef) -> bool:
    return ref == finding.subject or ref in finding.members


def _hits(cause: Cause, ref: ResourceRef) -> bool:
    return any(_is_about(finding, ref) for finding in (cause.root, *cause.effects))


def _about(draft: Draft, app: Application) -> Iterator[Fact]:
    words = draft.words
    (view,) = applications(draft)
    yield Fact("environment", f"{', '.join(view.environments)} ({view.why})")
    parents = draft.audit.snapshot.look(PARENTS)
    known = {} if isinstance(parents, Missing | Excluded) else parents
    above = " ← ".join(words.listed(level) for level in _ancestors(draft, app.ref, known))
    yield Fact("parents", above or words.text("explain.no_parent"))
    if view.file:
        yield Fact("declared", view.file)
    yield Fact("destination", f"{view.project}: {view.destination}")


def _ancestors(draft: Draft, ref: ResourceRef, parents: Parents) -> Iterator[list[str]]:
    """Yield the names of those that deliver it, then of those that deliver them, up to the top."""
    seen = {ref}
    level = [ref]
    while level:
        above = dict.fromkeys(app.ref for child in level for app in parents.get(child, ()))
        level = [one for one in above if one not in seen]
        seen.update(level)
        if level:
            yield [draft.subject(one) for one in level]


def _symptoms(draft: Draft, app: Application) -> Iterator[Fact]:
    status = app.status
    if status is None:
        yield Fact("sync", draft.words.text("explain.not_live"))
        return
    unknown = draft.words.fact(None)
    yield Fact("sync", status.sync or unknown)
    yield Fact("health", _health(draft, status) or unknown)
    if status.operation is not None:
        yield Fact("operation", _operation(draft, status.operation))
    yield from (Fact("objects", line) for line in _objects(draft, status))
    if status.last_deployed is not None:
        count = len(app.live.get("status", "history") or ()) if app.live else 0
        last = _ago(draft, status.last_deployed)
        yield Fact("history", draft.words.text("explain.deployments", n=count, last=last))
    if status.reconciled is not None:
        yield Fact("compared", _ago(draft, status.reconciled))


def _health(draft: Draft, status: Status) -> str:
    if not status.health or status.health_since is None:
        return status.health
    moment = _ago(draft, status.health_since)
    return draft.words.text("explain.since", what=status.health, moment=moment)


def _operation(draft: Draft, operation: Operation) -> str:
    words = draft.words
    known = {"phase": operation.phase, "started": _ago(draft, operation.started)}
    if operation.is_running or operation.finished is None or operation.started is None:
        parts = [words.text("explain.operation_running", **known)]
    else:
        took = operation.finished - operation.started
        parts = [words.text("explain.operation_ended", **known, took=took)]
    if operation.retry_count:
        parts.append(words.text("explain.retried", n=operation.retry_count))
    if operation.is_automated:
        parts.append(words.text("explain.automated"))
    elif operation.initiated_by:
        parts.append(words.text("explain.by", who=operation.initiated_by))
    return " · ".join(parts)


def _objects(draft: Draft, status: Status) -> Iterator[str]:
    """Yield the objects that are not as they should be."""
    ill = [
        f"{row.ref.label}: {' · '.join(part for part in (row.status, row.health) if part)}"
        for row in status.rows
        if (row.counts and row.status != "Synced") or row.health not in ("", "Healthy")
    ]
    yield from ill[:MOST]
    if len(ill) > MOST:
        yield draft.words.text("explain.more", n=len(ill) - MOST)


def _ago(draft: Draft, when: datetime | None) -> str:
    """Return a moment and how long ago it was when the snapshot was made."""
    if when is None:
        return draft.words.fact(None)
    now = draft.audit.snapshot.look(NOW)
    if not isinstance(now, datetime) or now < when:
        return draft.words.moment(when)
    return draft.words.text("explain.ago", moment=when, age=now - when)


def _chains(
    draft: Draft, ref: ResourceRef, causes: tuple[Cause, ...], own: tuple[Finding, ...]
) -> Iterator[Chain]:
    views = {
        finding.id: (rule.title, rule.fix, rule.confirm, finding)
        for rule in rules(draft)
        for entry in rule.entries
        for finding in entry.findings
    }

    said: set[str] = set()
    reached = {cause.root.fingerprint: cause for cause in causes}

    def step(role: str, finding: Finding) -> Step:
        title, fix, confirm, view = views[f"F-{finding.fingerprint}"]
        cause = reached.get(finding.fingerprint)
        is_told = role != "effect" and finding.rule not in said
        if is_told:
            said.add(finding.rule)
        return Step(
            role=role,
            title=title,
            finding=view,
            fix=fix if is_told else "",
            confirm=_about_it(confirm, view, finding) if is_told else "",
            is_elsewhere=not _is_about(finding, ref),
            blast=reach(draft, cause) if cause else None,
            time=time_view(draft, cause) if cause else None,
        )

    linked: set[str] = set()
    for cause in causes:
        here = [effect for effect in cause.effects if _is_about(effect, ref)]
        linked.update(finding.fingerprint for finding in (cause.root, *here))
        steps = (step("cause", cause.root), *(step("effect", effect) for effect in here))
        yield Chain(steps, len(cause.effects) - len(here))
    for finding in own:
        if finding.fingerprint not in linked:
            yield Chain((step("finding", finding),), 0)


def _about_it(confirm: str, view: FindingView, finding: Finding) -> str:
    """Put the names of the Application and of the object into the commands that ask for them."""
    found = finding.breach.facts.get("object")
    named = _LABEL.fullmatch(found.label if isinstance(found, ResourceRef) else str(found or ""))
    if named and named["kind"] != "Application":
        words = {"NAMESPACE": named["namespace"], "KIND": named["kind"], "OBJECT": named["name"]}
        confirm = _DESCRIBED.sub(lambda hit: words[hit[0]], confirm)
    if view.kind != "Application":
        return confirm
    return _ASKED.sub(lambda hit: hit[1] + view.name, confirm)


def _unjudged(draft: Draft, ref: ResourceRef) -> Iterator[Unjudged]:
    grouped: dict[str, list[NotAssessed]] = defaultdict(list)
    for verdict in draft.audit.not_assessed:
        if verdict.subject == ref:
            grouped[verdict.why.key].append(verdict)
    for _, verdicts in sorted(grouped.items()):
        why = verdicts[0].why
        names = tuple(sorted({verdict.rule for verdict in verdicts}))
        yield Unjudged(names, draft.gap(why, "says"), draft.gap(why, "remedy"))
