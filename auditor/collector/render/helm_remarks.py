"""What a chart's output hides: objects that change by themselves, parameters nobody reads."""

import re
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from auditor.collector.render.failure import NotRendered
from auditor.collector.render.helm_copy import looks

Render = Callable[[Mapping[str, Any], int], list[dict[str, Any]]]
Object = Mapping[str, Any]

_ACTION: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_RANDOM: Final = re.compile(
    r"\b(?:rand(?:AlphaNum|Alpha|Numeric|Ascii|Bytes|Int)|gen(?:CA|PrivateKey|SelfSignedCert"
    r"|SignedCert)\w*|uuidv4|shuffle|now|ago|htpasswd|bcrypt|encryptAES)\b"
)
_CLOCK: Final = re.compile(r"\b(?:now|ago)\b")
_WHOLE: Final = re.compile(r"\.Values(?![\w.])|\btpl\b")
_TICK: Final = 1.1
"""Seconds after which a time in whole seconds has changed."""
_TEXT_LIMIT: Final = 50_000_000


def remarks(
    job: Mapping[str, Any], objects: Sequence[Object], output: int, render: Render
) -> dict[str, Any]:
    """Return `unstable` (apiVersion, kind, namespace, name) and `unread` (parameter names).

    `unrepeated` is true where neither is known. `render` raises NotRendered.
    """
    chart = Path(job["chart"])
    actions = _actions(chart, looks(chart))
    found: dict[str, Any] = {}
    try:
        if unstable := _unstable(actions, job, objects, output, render):
            found["unstable"] = unstable
        elif unread := _unread(actions, job, objects, output, render):
            found["unread"] = unread
    except NotRendered:
        return {"unrepeated": True}  # the first output stands
    return found


@lru_cache(maxsize=32)
def _actions(chart: Path, _looks: tuple[object, ...]) -> str:
    """Return the actions of all templates; a thousand Applications may share one chart."""
    return "\n".join(action for text in _texts(chart) for action in _ACTION.findall(text))


def _unstable(
    actions: str, job: Mapping[str, Any], objects: Sequence[Object], output: int, render: Render
) -> list[dict[str, str]]:
    if not _RANDOM.search(actions):
        return []
    if _CLOCK.search(actions):
        time.sleep(_TICK)
    again = render(job, output)
    known = [entry["manifest"] for entry in again]
    return [_name(e["manifest"]) for e in objects if e["manifest"] not in known]


def _unread(
    actions: str, job: Mapping[str, Any], objects: Sequence[Object], output: int, render: Render
) -> list[str]:
    candidates = [name for name, _, _ in job["set"] if not _is_read(name, actions, job)]
    if not candidates or _WHOLE.search(actions):
        return []
    kept = [entry for entry in job["set"] if entry[0] not in candidates]
    return candidates if render({**job, "set": kept}, output) == list(objects) else []


def _is_read(name: str, actions: str, job: Mapping[str, Any]) -> bool:
    """Say whether a template names the value, a part of it, or what it is part of."""
    steps = [step for step in re.split(r"\\?[.\[\]]+", name) if step and not step.isdigit()]
    if steps[:1] == ["tags"] or name in _chart_file(Path(job["chart"])):
        return True
    inside_subchart = steps[1:]
    return _is_named(steps, actions) or _is_named(inside_subchart, actions)


def _is_named(steps: Sequence[str], actions: str) -> bool:
    if not steps:
        return False
    whole = re.escape(".Values." + ".".join(steps)) + r"(?![\w-])"
    above = (
        re.escape(".Values." + ".".join(steps[:depth])) + r"(?![\w.-])"
        for depth in range(1, len(steps))
    )
    return any(re.search(pattern, actions) for pattern in (whole, *above))


def _chart_file(chart: Path) -> str:
    file = chart / "Chart.yaml"
    return file.read_text("utf-8", "replace") if file.is_file() else ""


def _texts(chart: Path) -> Iterator[str]:
    """Yield the text of every template, also of charts inside, packed or not."""
    left = _TEXT_LIMIT
    for path in sorted(chart.rglob("*")):
        if path.is_symlink() or not path.is_file() or left < 0:
            continue
        if "templates" in path.relative_to(chart).parts:
            left -= path.stat().st_size
            yield path.read_text("utf-8", "replace")
        elif path.suffix == ".tgz":
            yield from _packed(path)


def _packed(path: Path) -> Iterator[str]:
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                file = tar.extractfile(member) if "/templates/" in member.name else None
                if file is not None and member.size < _TEXT_LIMIT:
                    yield file.read().decode("utf-8", "replace")
    except (tarfile.TarError, OSError, EOFError):
        return


def _name(raw: Mapping[str, Any]) -> dict[str, str]:
    meta = raw.get("metadata")
    meta = meta if isinstance(meta, Mapping) else {}
    parts = {
        "apiVersion": raw.get("apiVersion"),
        "kind": raw.get("kind"),
        "namespace": meta.get("namespace"),
        "name": meta.get("name"),
    }
    return {key: value if isinstance(value, str) else "" for key, value in parts.items()}
