"""What is left of Argo CD's messages once its wrappers are gone.

The wrappers are those of upstream `controller/state.go`, `controller/sync.go`,
`controller/appcontroller.go` and gitops-engine `pkg/sync/sync_context.go`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_SUFFIXES: Final = (
    re.compile(r"\.?\s*\(retried \d+ times\)\.?\s*\Z"),
    re.compile(r"\.?\s*Retrying attempt #\d+ at [\d:]+ ?[AP]M\.?\s*\Z"),
    re.compile(r"\s*Use --debug flag to render out invalid YAML\s*\Z"),
)
_CONDITION: Final = r"(?:Comparison|InvalidSpec|Sync|Deletion|Unknown)Error"
_PREFIXES: Final = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"{_CONDITION}: ",
        r"Failed (?:last )?sync attempt to \[?[0-9A-Za-z.,_ -]*\]?: ",
        r"one or more objects failed to apply(?: \(dry run\))?(?:, reason: |\Z)",
        r"one or more synchronization tasks completed unsuccessfully(?:, reason: |\Z)",
        r"one or more synchronization tasks are not valid(?:: |\Z)",
        r"Failed to load (?:target|live) state: ",
        r"Failed to normalize target state: ",
        r"Failed to compare desired state to live state: ",
        r"failed to generate manifest for source \d+ of \d+: ",
        r"rpc error: code = \w+ desc = ",
        r"Manifest generation error \(cached\): ",
        r"failed to execute helm template command: ",
        r"error building helm chart dependencies: ",
        r"failed to build (?:helm )?dependencies: ",
        r"failed running helm: ",
        r"`[^`]*` failed exit status \d+: ",
        r"Error: ",
        r"error running kubectl auth reconcile: ",
        r"error getting namespace \S+: ",
        r"Unable to delete application resources: ",
    )
)
_NEXT_CONDITION: Final = re.compile(rf";(?={_CONDITION}: )")
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_BLANKS: Final = re.compile(r"\s*")
_LAYERS: Final = 50
"""Wrappers that are taken off one text; Argo CD puts on seven at most."""
_TAIL: Final = 300
"""Characters at the end of a text in which a suffix is looked for."""
_MOST: Final = 200
"""Reasons that one text is split into."""
_QUOTES: Final = ('"', "`")


def roots(*messages: str) -> tuple[str, ...]:
    """Return the reasons behind `messages`, each once, sorted: their order means nothing.

    A message that says no more than that something failed has none.
    """
    found = {root for message in messages for root in _roots(message)}
    return tuple(sorted(found))


def strip(message: str) -> str:
    """Return `message` without what Argo CD put around it; empty where nothing else was there.

    At most `_LAYERS` wrappers are taken off, so that no text takes longer than it is long.
    """
    text = message.strip()
    start = 0
    for _ in range(_LAYERS):
        before = start, len(text)
        text = _without_suffix(text)
        for prefix in _PREFIXES:
            if found := prefix.match(text, start):
                start = found.end()
        if found := _BLANKS.match(text, start):
            start = found.end()
        if before == (start, len(text)):
            break
    return text[start:].strip()


def _without_suffix(text: str) -> str:
    tail = text[-_TAIL:]
    for suffix in _SUFFIXES:
        if found := suffix.search(tail):
            return text[: len(text) - len(tail) + found.start()].rstrip()
    return text


def reasons(text: str) -> tuple[str, ...]:
    """Split reasons that were joined by a bare comma, as `SyncContext` joins those of its tasks.

    A comma inside quotes or brackets, before a blank, or beside a single word joins nothing. Of
    more than `_MOST` reasons the last ones stay together.
    """
    parts: list[tuple[int, int]] = []
    is_reason = False
    start = 0
    for end in (*_bare_commas(text), len(text)):
        has_words = " " in text[start:end].strip()
        if parts and (not has_words or not is_reason or len(parts) >= _MOST):
            first, last = parts[-1]
            is_reason = is_reason or has_words or text[last - 1] == " "
            parts[-1] = first, end
        else:
            parts.append((start, end))
            is_reason = has_words
        start = end + 1
    return tuple(text[first:last] for first, last in parts)


def _roots(message: str) -> Iterator[str]:
    for condition in _NEXT_CONDITION.split(message):
        for reason in reasons(strip(condition)):
            if found := strip(reason):
                yield found


def _bare_commas(text: str) -> Iterable[int]:
    """Return where commas stand outside quotes and brackets; none where these do not close."""
    found: list[int] = []
    waiting: list[str] = []
    quote = ""
    for place, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in _QUOTES:
            quote = char
        elif char in _OPENING:
            waiting.append(_OPENING[char])
        elif waiting and char == waiting[-1]:
            waiting.pop()
        elif char == "," and not waiting and text[place + 1 : place + 2].isalnum():
            found.append(place)
    return [] if quote or waiting else found
