"""The one signature that names a failure best, and what it shares with other failures."""

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.argocd.status import Operation
from auditor.signatures.match import match
from auditor.signatures.signature import Kind, Message, Where


@dataclass(frozen=True, slots=True)
class Root:
    """What messages were recognised as."""

    signature: str = ""
    """Id of the best root; empty where nobody knows the text."""
    keys: frozenset[tuple[str, str]] = frozenset()
    """What other failures of the same origin share, of all roots."""

    def named(self, noun: str) -> frozenset[str]:
        """Return what the keys of one kind name, such as the namespaces."""
        return frozenset(name for kind, name in self.keys if kind == noun)


def root_of(messages: Iterable[Message]) -> Root:
    """Return the root that `messages` tell of."""
    found = [one for one in match(messages) if one.kind is Kind.ROOT]
    if not found:
        return Root()
    return Root(found[0].id, frozenset(key for one in found for key in one.keys))


def root_of_operation(operation: Operation) -> Root:
    """Return the root of an operation that failed or retries, from what single objects say too."""
    failed = (result for result in operation.results if result.has_failed)
    messages = [Message(result.message, Where.RESOURCE) for result in failed]
    return root_of((*messages, Message(operation.message, Where.OPERATION)))
