"""Names of Kubernetes objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, order=True)
class ResourceRef:
    """What `kubectl` would need to find one object; cluster-scoped objects have no namespace."""

    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read the name of a raw object; a part that is absent or no text is empty."""
        meta = raw.get("metadata")
        meta = meta if type(meta) is dict or isinstance(meta, Mapping) else {}
        return cls(
            group_of(_text(raw.get("apiVersion"))),
            _text(raw.get("kind")),
            _text(meta.get("namespace")),
            _text(meta.get("name")),
        )

    @property
    def qualified(self) -> str:
        """Return `namespace/name`, or the bare name of a cluster-scoped object."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def label(self) -> str:
        """Return `Kind namespace/name`."""
        return f"{self.kind} {self.qualified}"

    def __str__(self) -> str:
        return self.qualified


def group_of(api_version: str) -> str:
    """Return the API group of `group/version`; core objects have an empty one."""
    group, slash, _ = api_version.partition("/")
    return group if slash else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
