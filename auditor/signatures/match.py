"""Which known failures a set of messages tells of."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from auditor.argocd.messages import reasons, strip
from auditor.kube.url_credentials import without_credentials
from auditor.signatures.catalogue import signatures
from auditor.signatures.signature import Kind, Match, Message, Signature, Where

_NEXT_CONDITION: Final = re.compile(r";(?=[A-Z][A-Za-z]+Error: )")
_Reader = tuple[Signature, Any]
_KINDS: Final = tuple(Kind)
_PLACES: Final = tuple(Where)
_CONDITIONS: Final = 20
"""Joined conditions that are told apart; Argo CD knows nine types."""
_HITS: Final = 50
"""Matches of one signature in one text, and roots of one text, beyond which nothing is learnt."""
_LONG: Final = 50_000
"""Characters of a text beyond which it is read as a whole, not reason by reason."""
_TRIMMED: Final = " \t\r\n.,;:"


def match(messages: Iterable[Message]) -> tuple[Match, ...]:
    """Return what `messages` tell of, best first: roots, states, progress, then bare wrappers.

    One failure read in several places is returned once, with the most telling of its messages.
    A text nobody knows is not returned at all: what a caller prints then is the text itself.
    """
    found = [m for message in sorted(set(messages), key=_place) for m in _of(message)]
    return tuple(sorted(_distinct(found), key=_order))


def candidates(message: Message) -> tuple[Match, ...]:
    """Return everything that fits the text as it stands, best first; for tests and for authors."""
    bare = _bare(message)
    return tuple(sorted(_searched(bare.text, bare, _fitting(bare)), key=_order))


def _of(message: Message) -> Iterator[Match]:
    bare = _bare(message)
    readers = _fitting(bare)
    of_kind = {kind: [r for r in readers if r[0].kind is kind] for kind in Kind}
    parts = _NEXT_CONDITION.split(bare.text, _CONDITIONS)
    told = (m for part in parts for m in _roots(part, bare, of_kind[Kind.ROOT]))
    roots = list(islice(told, _HITS))
    states = {m.id: m for m in _searched(bare.text, bare, of_kind[Kind.STATE])}
    if roots or states:
        yield from (*roots, *states.values())
        return
    for kind in (Kind.PROGRESS, Kind.WRAPPER):
        if found := _best(_searched(bare.text, bare, of_kind[kind])):
            yield from found
            return


def _roots(part: str, message: Message, readers: Iterable[_Reader]) -> list[Match]:
    """Return the roots of each joined reason, or that of the whole where it says more.

    A comma may join reasons or belong to one of them, and a wrapper may be half of the reason
    (the code of a gRPC error): so the pieces, the stripped text and the text itself are all tried,
    unless the text is too long for that.
    """
    if len(part) > _LONG:
        return _best(_searched(part, message, readers))
    stripped = strip(part)
    found = [
        m for piece in reasons(stripped) for m in _best(_searched(strip(piece), message, readers))
    ]
    whole = _best(_searched(stripped, message, readers))
    if [m.id for m in found] == [m.id for m in whole] or _is_better(whole, found):
        found = whole
    raw = _best(_searched(part, message, readers))
    return raw if _is_better(raw, found) else found


def _is_better(some: list[Match], others: list[Match]) -> bool:
    return bool(some) and all(some[0].priority < m.priority for m in others)


def _best(found: Iterable[Match]) -> list[Match]:
    """Keep the most specific signature, which may have been found of several objects."""
    ranked = sorted(found, key=_order)
    return [m for m in ranked if m.id == ranked[0].id]


def _distinct(found: Iterable[Match]) -> list[Match]:
    """Keep of each signature the matches that no other says all of, the first of equals."""
    kept: list[Match] = []
    for one in sorted(found, key=lambda m: -len(m.captures)):
        said = one.captures.items()
        if not any(one.id == other.id and said <= other.captures.items() for other in kept):
            kept.append(one)
    return kept


def _fitting(message: Message) -> list[_Reader]:
    """Return those that fit the whole text: none else can fit a part of it, so all else is quick.

    (A pattern of a root is not tied to the start or the end of a text; a test sees to that.)
    """
    return [
        (signature, regex)
        for signature, regex in _readers(message.where)
        if message.reason in signature.reasons or (message.text and regex.search(message.text))
    ]


def _searched(text: str, message: Message, readers: Iterable[_Reader]) -> Iterator[Match]:
    for signature, regex in readers:
        hits = list(islice(regex.finditer(text), _HITS)) if text else []
        if hits:
            yield from (_match(signature, hit.groupdict(), message) for hit in hits)
        elif message.reason in signature.reasons:
            yield _match(signature, {}, message)


def _match(signature: Signature, groups: Mapping[str, str | None], message: Message) -> Match:
    captures: dict[str, str] = {}
    for name, value in groups.items():
        if value and (kept := value.strip(_TRIMMED)):
            captures.setdefault(name.rstrip("0123456789"), kept)
    keys = frozenset(
        (noun, captures[name].rstrip("/"))
        for noun, name in signature.join.items()
        if name in captures
    )
    return Match(
        signature.id,
        MappingProxyType(captures),
        signature.priority,
        message,
        signature.kind,
        keys,
    )


def _bare(message: Message) -> Message:
    """Return `message` without credentials and without what no UTF-8 can hold."""
    text = message.text.encode("utf-8", "replace").decode("utf-8")
    return Message(without_credentials(text).strip(), message.where, message.reason)


def _place(message: Message) -> tuple[int, str, str]:
    return _PLACES.index(message.where), message.text, message.reason


def _order(found: Match) -> tuple[int, int, str, tuple[tuple[str, str], ...]]:
    captures = tuple(sorted(found.captures.items()))
    return _KINDS.index(found.kind), found.priority, found.id, captures


@cache
def _readers(where: Where) -> tuple[_Reader, ...]:
    import re2  # noqa: PLC0415  # a text from a cluster must not be able to take for ever

    options = re2.Options()
    options.log_errors = False
    return tuple(
        (signature, re2.compile(signature.pattern, options))
        for signature in signatures().values()
        if where in signature.where
    )
