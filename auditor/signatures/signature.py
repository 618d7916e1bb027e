"""What a known message is, where it is read, and what is said when one was recognised."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """The places a message is read from, the most telling first."""

    RESOURCE = "resource"
    """operationState.syncResult.resources[].message"""
    OPERATION = "operation"
    """operationState.message"""
    CONDITION = "condition"
    """status.conditions[].message of an Application"""
    APPLICATIONSET = "applicationset"
    """status.conditions[].message of an ApplicationSet"""
    OBJECT = "object"
    """status.conditions[].message of another object: ExternalSecret, Certificate, APIService"""
    HEALTH = "health"
    """health.message of an Application or of one of its resources"""
    EVENT = "event"
    HYDRATOR = "hydrator"
    """status.sourceHydrator.currentOperation.message"""
    CONNECTION = "connection"
    """connectionState.message of a cluster or repository"""
    API = "api"
    """the answer to a request, as the CLI and the UI show it"""
    LOG = "log"


class Kind(StrEnum):
    """What a message says, the most useful to a reader first."""

    ROOT = "root"
    """why something failed"""
    STATE = "state"
    """where something stands; a reason to look only once it lasts"""
    PROGRESS = "progress"
    """what goes as it should"""
    WRAPPER = "wrapper"
    """that something failed, the reason being elsewhere"""


class Seen(StrEnum):
    """How the wording is known, the surest first."""

    RECORDED = "recorded"
    """said by the real thing, and kept"""
    REPORTED = "reported"
    """quoted in a public report"""
    TESTED = "tested"
    """in test data or documentation of the project that writes it"""
    SOURCE = "source"
    """a format string of the source, filled in"""
    WORDING = "wording"
    """well-known wording, not looked up"""


@dataclass(frozen=True, slots=True)
class Message:
    """A text, where it was read, and what stood beside it."""

    text: str
    where: Where
    reason: str = ""
    """The type or reason of the condition, the reason of the event, or of a waiting container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A message that is known."""

    id: str
    family: str
    kind: Kind
    priority: int
    """The lower, the more specific; of several roots of one text the lowest is meant."""
    pattern: str
    """RE2, searched for anywhere in the text; groups `x` and `x2` are one capture, `x`."""
    reasons: frozenset[str]
    """Reasons that say the same without any text."""
    where: frozenset[Where]
    join: Mapping[str, str]
    """What other failures of the same origin share: a noun and the capture that names it."""
    confirm: str
    """A command, with captures in braces; `{application}` is filled in by the reader."""
    seen: Seen
    examples: tuple[str, ...]
    scope: str = ""
    """What the failure is about where the text does not name it: the `cluster`, `namespace` or
    `repository` of the Application, or `argocd` itself; empty: the Application alone."""


@dataclass(frozen=True, slots=True)
class Match:
    """A message that was recognised; its text carries no credentials."""

    id: str
    captures: Mapping[str, str]
    priority: int
    message: Message
    kind: Kind
    keys: frozenset[tuple[str, str]] = frozenset()
    """Equal ones mean one origin, such as `("cluster", "https://10.0.0.1:6443")`."""
