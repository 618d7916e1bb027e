"""The shape of a rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Concatenate, Generic, Protocol, TypeVar

from auditor.findings import Breach, Unseen
from auditor.findings.severity import Severities
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef
from auditor.snapshot import Derived, Raw


class Subject(Protocol):
    """Anything a rule can be about."""

    @property
    def ref(self) -> ResourceRef:
        """Return the object's name."""

    @property
    def manifest(self) -> Manifest:
        """Return the object as Git declares it, else as the cluster has it."""


S = TypeVar("S", bound=Subject)
P = TypeVar("P")

Check = Callable[Concatenate[S, P, ...], Iterator[Breach | Unseen]]
AnySection = Derived[Any] | Raw


@dataclass(frozen=True, slots=True)
class Rule(Generic[S, P]):
    """A question asked of every object in one section."""

    id: str
    severity: Severities
    """By tier; a tier that is absent is not asked."""
    over: Derived[tuple[S, ...]]
    needs: tuple[AnySection, ...]
    """Sections without which the answer is NotAssessed."""
    uses: tuple[AnySection, ...]
    """Sections that sharpen the answer; the rule is given Missing or Excluded where absent."""
    options: type[P]
    check: Check[S, P]
    written: Mapping[str, str] = field(default_factory=dict)
    """Texts that do not lie beside the module, by the end of their names: `en.md`, `cases.yaml`."""

    def text(self, name: str) -> str:
        """Return what is written in the rule's file that ends in `name`; raise OSError."""
        if name in self.written:
            return self.written[name]
        package, _, stem = self.module.rpartition(".")
        return (files(package) / f"{stem}.{name}").read_text(encoding="utf-8")

    @property
    def module(self) -> str:
        """Return the module the rule is written in; its page and cases lie beside it."""
        return self.check.__module__

    @property
    def chapter(self) -> str:
        """Return the part of the id before the number, such as `NS`."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class NoOptions:
    """For a rule with nothing to tune."""


def rule(
    id: str,  # noqa: A002 - the word everyone uses
    *,
    severity: Severities,
    over: Derived[tuple[S, ...]],
    needs: tuple[AnySection, ...] = (),
    uses: tuple[AnySection, ...] = (),
    options: type[P],
) -> Callable[[Check[S, P]], Rule[S, P]]:
    """Turn a generator of breaches into a Rule. Registers nothing.

    The check is given one object of `over`, the options, then what each section of `needs`
    and of `uses` holds, in that order.
    """
    return lambda check: Rule(id, severity, over, needs, uses, options, check)
