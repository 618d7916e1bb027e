"""Lists and single objects of a kind: pages, expired pages, and Secrets only as metadata."""

from collections.abc import Mapping
from typing import Any, Final

from auditor.collector import refusal
from auditor.collector.kinds import Kind
from auditor.collector.refusal import Refused
from auditor.collector.request import JSON, Call, Caller
from auditor.kube.gap import Gap
from auditor.kube.manifest import at
from auditor.snapshot import redact

_PARTIAL: Final = "PartialObjectMetadata"

Raw = Mapping[str, Any]


def listed(
    caller: Caller,
    kind: Kind,
    namespace: str = "",
    query: Mapping[str, str] | None = None,
    *,
    metadata_only: bool = False,
) -> list[Raw] | Gap:
    """Return all objects of `kind` in `namespace` (empty: everywhere), or why that failed.

    A list is whole or it is a gap. When its pages expire (410), it goes on once with the token
    the server gives, or else begins again, once, and without pages.
    """
    about = _about("list", kind, namespace)
    partial = metadata_only or kind.is_secret
    path, accept = kind.path(namespace), _accept(f"{_PARTIAL}List" if partial else "")
    limit, token, has_expired = caller.plan.page_size, "", False
    found: dict[tuple[str, str], Raw] = {}
    while True:
        page = dict(query or {})
        page |= {"limit": str(limit)} if limit else {}
        page |= {"continue": token} if token else {}
        answer = caller.ask(Call(path, about, page, accept))
        if isinstance(answer, Refused):
            if answer.gap.code != "expired" or has_expired:
                return answer.gap
            has_expired, token = True, answer.fresh
            if not token:
                limit, found = 0, {}
            continue
        items = answer.get("items") or []
        if not _is_list(answer, items, partial=partial):
            return refusal.of_nonsense(about, 200, str(answer.get("kind", ""))).gap
        for item in items:
            raw = _kept(item, kind, partial=partial)
            found[(str(at(raw, "metadata", "namespace")), str(at(raw, "metadata", "name")))] = raw
        token = str(at(answer, "metadata", "continue") or "")
        if not token:
            return [found[key] for key in sorted(found)]


def got(caller: Caller, kind: Kind, namespace: str, name: str) -> Raw | Gap | None:
    """Return one object; None if there is none of that name; or why that is not known."""
    about = {**_about("get", kind, namespace), "name": name}
    accept = _accept(_PARTIAL if kind.is_secret else "")
    answer = caller.ask(Call(kind.path(namespace, name), about, accept=accept))
    if isinstance(answer, Refused):
        return None if answer.is_absent else answer.gap
    is_partial = answer.get("kind") == _PARTIAL
    if not isinstance(answer.get("metadata"), Mapping) or is_partial != kind.is_secret:
        return refusal.of_nonsense(about, 200, str(answer.get("kind", ""))).gap
    return _kept(answer, kind, partial=kind.is_secret)


def _is_list(answer: Raw, items: object, *, partial: bool) -> bool:
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        return False
    # whole Secrets would be dropped below; a server that sends them is not to be asked again
    return not partial or answer.get("kind") == f"{_PARTIAL}List"


def _kept(item: Raw, kind: Kind, *, partial: bool) -> Raw:
    """Name the kind, which items of lists leave out, and keep nothing of a Secret but metadata."""
    named = {
        "apiVersion": f"{kind.group}/{kind.version}" if kind.group else kind.version,
        "kind": kind.kind,
    }
    if partial:
        return redact.manifest({**named, "metadata": item.get("metadata") or {}})
    return {**named, **item}


def _about(verb: str, kind: Kind, namespace: str) -> dict[str, str]:
    return {
        "verb": verb,
        "group": kind.group,
        "resource": kind.plural,
        "kind": kind.kind,
        "namespace": namespace,
    }


def _accept(form: str) -> str:
    return f"{JSON};as={form};g=meta.k8s.io;v=v1" if form else JSON
