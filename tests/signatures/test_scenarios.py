"""No message that was ever recorded is unknown."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.signatures import Kind, Message, Where, match

SCENARIOS = Path(__file__).parents[3] / "shared" / "scenarios"
FOLDERS = sorted(path.parent for path in SCENARIOS.glob("*/api")) if SCENARIOS.is_dir() else []

pytestmark = pytest.mark.skipif(not FOLDERS, reason="no recorded clusters beside the checkout")
each = pytest.mark.parametrize("folder", FOLDERS or [Path()], ids=lambda folder: folder.name)


def recorded(folder: Path) -> dict[tuple[str, str], set[Message]]:
    """Return the messages of each recorded object, by kind and name."""
    found: dict[tuple[str, str], set[Message]] = defaultdict(set)
    for path in sorted(folder.glob("*api/*.json")):
        try:
            body = json.loads(path.read_text("utf-8"))
        except ValueError:  # some answers of an API server are plain text
            continue
        if not isinstance(body, dict):
            continue
        listed = str(body.get("kind", "")).removesuffix("List")
        for item in body.get("items") or [body]:
            if isinstance(item, dict):
                kind = item.get("kind") or listed
                name = item.get("metadata", {}).get("name", "")
                found[kind, name] |= {m for m in said(kind, item) if m.text}
    return found


def said(kind: str, item: Mapping[str, Any]) -> Iterator[Message]:
    status = item.get("status")
    if kind == "Event":
        yield Message(item.get("message") or "", Where.EVENT, item.get("reason") or "")
    if not isinstance(status, dict):
        return
    where = {"Application": Where.CONDITION, "ApplicationSet": Where.APPLICATIONSET}
    if kind != "CustomResourceDefinition":
        for entry in status.get("conditions") or ():
            text, reason = entry.get("message") or "", entry.get("reason") or entry["type"]
            yield Message(text, where.get(kind, Where.OBJECT), reason)
    if kind == "Application":
        state = status.get("operationState", {})
        yield Message(state.get("message") or "", Where.OPERATION)
        for result in state.get("syncResult", {}).get("resources") or ():
            yield Message(result.get("message") or "", Where.RESOURCE)
        yield Message(status.get("health", {}).get("message") or "", Where.HEALTH)


@each
def test_every_message_is_known(folder: Path) -> None:
    for subject, messages in recorded(folder).items():
        for message in messages:
            found = match([message])
            assert found, (subject, message)
            assert found[0].kind is not Kind.WRAPPER, (subject, message)


@each
def test_an_application_has_a_root_where_it_failed_and_none_where_it_did_not(folder: Path) -> None:
    for (kind, name), messages in recorded(folder).items():
        if kind != "Application":
            continue
        roots = {m.id for m in match(messages) if m.kind is Kind.ROOT}
        has_condition = any(m.where is Where.CONDITION for m in messages)
        if has_condition:
            assert roots, (name, messages)
        elif Message("successfully synced (all tasks run)", Where.OPERATION) in messages:
            assert not roots, (name, roots)


def test_the_causes_that_were_staged_are_found() -> None:
    """What was done to each Application of `h1` is in its name."""
    wanted = {
        "h-nil-pointer": "helm-nil-pointer",
        "h-schema": "helm-values-schema",
        "h-template-parse": "helm-template-parse",
        "h-values-missing": "helm-values-file-missing",
        "h-bad-yaml": "helm-output-not-yaml",
        "h-crd-missing": "crd-not-installed",
    }
    folder = next(folder for folder in FOLDERS if folder.name.startswith("h1-"))
    seen = recorded(folder)
    for name, signature in wanted.items():
        best = match(seen["Application", name])
        assert best[0].id == signature, (name, best)
