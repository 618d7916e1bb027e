"""What the credentials in use may read, as the API server itself answers beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from auditor.collector.connection import Connection
from auditor.collector.installation import USUAL, find_namespace
from auditor.collector.kinds import APP_PROJECT, APPLICATION, APPLICATION_SET, Kind
from auditor.collector.permissions import Permission, needed
from auditor.collector.plan import Plan
from auditor.collector.progress import Silent
from auditor.collector.refusal import Refused
from auditor.collector.request import Call, Caller, calling
from auditor.kube.gap import Gap
from auditor.kube.manifest import at

_REVIEW: Final = "authorization.k8s.io/v1"
_ABOUT: Final = {
    "verb": "create",
    "group": "authorization.k8s.io",
    "resource": "selfsubjectaccessreviews",
    "kind": "SelfSubjectAccessReview",
    "namespace": "",
}
_NARROWED: Final = frozenset(kind.plural for kind in (APPLICATION, APPLICATION_SET, APP_PROJECT))


@dataclass(frozen=True, slots=True)
class Access:
    """One right: held, not held, or not known."""

    group: str
    resource: str
    verb: str
    namespace: str
    """Empty for all namespaces, and for what has none."""
    name: str
    """Empty for all names."""
    allowed: bool | None
    """None if the server would not say; then `why` has the reason."""
    sections: tuple[str, ...]
    """Sections that stay empty, or have gaps, where this is not allowed."""
    why: Gap | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    part: Permission
    verb: str
    namespace: str
    name: str


def check(
    connection: Connection, plan: Plan, managed: Iterable[Kind] | None = None
) -> list[Access]:
    """Ask, by SelfSubjectAccessReview, for each right that `plan` takes; ordered by section.

    Rights on argoproj.io that are not held everywhere are asked for once more in Argo CD's own
    namespace: the collector falls back to that. A server that cannot be reached gives Accesses
    that are all None.
    """
    kinds = None if managed is None else tuple(managed)
    with calling(connection, plan) as caller:
        contact = caller.ask(Call("/version", _ABOUT), attempts=2)
        is_lost = isinstance(contact, Refused) and contact.is_lost
        own = plan.argocd_namespace or ("" if is_lost else find_namespace(caller, [])) or USUAL
        parts = needed(plan.sections, kinds)
        questions = [question for part in parts for question in _questions(part, own)]
        if isinstance(contact, Refused) and is_lost:
            return _ordered(_access(question, None, contact.gap) for question in questions)
        answers = _ask(caller, questions)
        again = [
            _Question(question.part, question.verb, own, "")
            for question, answer in zip(questions, answers, strict=True)
            if answer.allowed is False and question.part.resource in _NARROWED
        ]
        answers += _ask(caller, again)
    return _ordered(answers)


def _ordered(answers: Iterable[Access]) -> list[Access]:
    return sorted(
        answers,
        key=lambda a: (a.sections, a.group, a.resource, a.namespace, a.verb, a.name),
    )


def _questions(part: Permission, own: str) -> list[_Question]:
    namespace = own if part.is_argocds else ""
    return [
        _Question(part, verb, namespace, name)
        for verb in part.verbs
        for name in part.names or ("",)
    ]


def _ask(caller: Caller, questions: list[_Question]) -> list[Access]:
    return caller.each([partial(_review, caller, question) for question in questions], Silent())


def _review(caller: Caller, question: _Question) -> Access:
    part = question.part
    attributes = {
        "group": part.group,
        "resource": part.resource,
        "verb": question.verb,
        "namespace": question.namespace,
        "name": question.name,
    }
    body = {
        "apiVersion": _REVIEW,
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    call = Call(f"/apis/{_REVIEW}/selfsubjectaccessreviews", _ABOUT, body=body)
    answer = caller.ask(call, attempts=2)
    if isinstance(answer, Refused):
        return _access(question, None, answer.gap)
    return _access(question, at(answer, "status", "allowed") is True, None)


def _access(question: _Question, allowed: bool | None, why: Gap | None) -> Access:  # noqa: FBT001 - three-valued
    part = question.part
    return Access(
        group=part.group,
        resource=part.resource,
        verb=question.verb,
        namespace=question.namespace,
        name=question.name,
        allowed=allowed,
        sections=part.sections,
        why=why,
    )
