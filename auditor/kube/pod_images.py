"""Container images of whatever runs pods, and what their references pin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.kube import pointer
from auditor.kube.loose import mapping, mappings, text

_SPECS: Final = (
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
)
_LISTS: Final = ("initContainers", "containers")


@dataclass(frozen=True, slots=True)
class Image:
    """One container's image as written."""

    reference: str
    pull_policy: str
    """As in effect: an absent one is Always for `latest` or no tag, else IfNotPresent."""
    pointer: str

    @property
    def repository(self) -> str:
        """Return the reference without tag and digest."""
        name = self.reference.partition("@")[0]
        head, slash, tail = name.rpartition("/")
        return f"{head}{slash}{tail.partition(':')[0]}"

    @property
    def tag(self) -> str:
        """Return the tag, or an empty text."""
        return self.reference.partition("@")[0].rpartition("/")[2].partition(":")[2]

    @property
    def has_digest(self) -> bool:
        """Tell whether the reference names one content."""
        return "@sha256:" in self.reference


def images(raw: Mapping[str, Any]) -> Iterator[Image]:
    """Yield the images of a Pod, or of any object with a pod template where workloads have it."""
    places = (("spec",),) if text(raw, "kind") == "Pod" else _SPECS
    for place in places:
        spec = mapping(raw, *place)
        for name in _LISTS:
            for index, container in enumerate(mappings(spec, name)):
                if reference := text(container, "image"):
                    at = pointer.join((*place, name, index, "image"))
                    policy = text(container, "imagePullPolicy")
                    yield Image(reference, policy or _default(reference), at)


def _default(reference: str) -> str:
    image = Image(reference, "", "")
    is_moving = not image.has_digest and image.tag in ("", "latest")
    return "Always" if is_moving else "IfNotPresent"
