"""The one place in a chart's values that holds what a template copies into a manifest."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.findings import Edit
from auditor.kube import pointer
from auditor.kube.manifest import Manifest
from auditor.kube.yaml_values import documents

Held = tuple[str, int, str]
"""Path of the file, number of the document, and what stands before the edit's own pointer."""


def held(texts: Mapping[str, str], manifest: Manifest, edit: Edit) -> tuple[Held, str] | None:
    """Return where in `texts`, by path, the mapping around `edit` is held, and the rest of `at`.

    The nearest mapping of `manifest` that occurs there exactly once is taken for its origin. A
    guess: whether the manifest follows it is for a rendering of the changed file to show.
    """
    files = {path: documents(text) for path, text in texts.items()}
    above, rest = edit.at, ""
    while above:
        above, _, last = above.rpartition("/")
        rest = f"/{last}{rest}"
        value = pointer.get(manifest.raw, above)
        if not isinstance(value, Mapping) or not value:
            continue
        found = [
            (path, number, at)
            for path, values in files.items()
            for number, document in enumerate(values)
            for at in _equal(document, value)
        ]
        if len(found) == 1:
            return found[0], rest
    return None


def _equal(here: Any, value: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Yield the pointers at which something equal to `value` stands."""
    if here == value:
        yield at
    elif isinstance(here, Mapping):
        for key, below in here.items():
            yield from _equal(below, value, f"{at}/{pointer.escape(str(key))}")
    elif isinstance(here, list):
        for number, below in enumerate(here):
            yield from _equal(below, value, f"{at}/{number}")
