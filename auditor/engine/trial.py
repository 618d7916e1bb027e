"""Put a rule's cases to it, and say what became of them in the words the cases use."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.engine.policy import Policy
from auditor.engine.run import audit
from auditor.findings import Finding, NotAssessed, Passed, Verdict
from auditor.findings.fact import spelt
from auditor.findings.waiver import Limits, Waiver
from auditor.rulebook import Rule, cases
from auditor.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Trial:
    """One case: what it expects, and what the rule said."""

    name: str
    expected: Any
    said: Any

    @property
    def is_true(self) -> bool:
        """Say whether the rule said what the case expects."""
        return bool(self.said == self.expected)


def trials(rule: Rule[Any, Any], book: Iterable[Rule[Any, Any]] = ()) -> Iterator[Trial]:
    """Yield every case of `rule`; raise what a case that describes no snapshot raises.

    `book` are the rules that a case may want beside it.
    """
    every = tuple(book)
    for name, case in cases.of(rule).items():
        found = put(rule, cases.snapshot(case), case, every)
        expect = case["expect"]
        yield Trial(
            name, {"*": "not assessed"} if expect == "not assessed" else expect, said(found)
        )


def put(
    rule: Rule[Any, Any],
    snapshot: Snapshot,
    case: Mapping[str, Any],
    book: tuple[Rule[Any, Any], ...],
) -> tuple[Verdict, ...]:
    """Return what `rule` says under the options and the policy that a case describes."""
    options = {rule.id: rule.options(**case["options"])} if "options" in case else {}
    policy = Policy(
        waivers=tuple(Waiver(**waiver) for waiver in case.get("waivers", ())),
        limits=Limits(accepts_annotations=case.get("annotations", True)),
        known=frozenset(one.id for one in book),
    )
    beside = [one for one in book if one.id in case.get("beside", ())]
    found = audit(snapshot, [rule, *beside], options=options, policy=policy).verdicts
    return tuple(verdict for verdict in found if verdict.rule == rule.id)


def said(found: tuple[Verdict, ...]) -> dict[str, Any]:
    """Return subject to `pass`, `not assessed`, or the facts with the severity; several: a list."""
    words: dict[str, Any] = {}
    for verdict in found:
        match verdict:
            case NotAssessed(subject=None):
                words["*"] = "not assessed"
            case NotAssessed(subject=subject, why=why):
                words[str(subject)] = f"not assessed: {why.code}"
            case Passed(subject=subject):
                words[str(subject)] = "pass"
            case Finding(subject=subject):
                earlier = words.get(str(subject), [])
                words[str(subject)] = [*earlier, _shown(verdict)]
    return {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in words.items()}


def _shown(finding: Finding) -> Mapping[str, Any]:
    facts = {name: spelt(fact) for name, fact in finding.breach.facts.items()}
    variant = {"variant": finding.breach.variant} if finding.breach.variant else {}
    return {"severity": finding.severity.name.lower(), **variant, **facts}
