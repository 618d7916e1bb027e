"""Rules written in YAML with CEL, for teams that write no Python.

The reading follows the `ValidatingAdmissionPolicy` of Kubernetes: `expression` is what must hold,
and an expression that fails is no verdict.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal

import msgspec
import yaml

from auditor.argocd.application import Application
from auditor.argocd.rendering import Rendering
from auditor.findings import Breach, Fact, Severity, Tier, Unseen
from auditor.findings.severity import Severities
from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.rulebook.bad_rule import BadRule
from auditor.rulebook.page import LANGUAGES, PARTS
from auditor.rulebook.rule import NoOptions, Rule
from auditor.snapshot import Derived
from auditor.snapshot.applicationsets import APPLICATIONSETS
from auditor.snapshot.derived import APPLICATIONS, RENDERED
from auditor.snapshot.projects import PROJECTS
from auditor.snapshot.rendered import Renderings, rendered_by

Level = Literal["info", "low", "medium", "high", "critical"]

_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,9}-\d{3}")
_OVER: Final[Mapping[str, Derived[Any]]] = {
    "applications": APPLICATIONS,
    "applicationsets": APPLICATIONSETS,
    "projects": PROJECTS,
}
_HEADINGS: Final = {
    "en": ("Why it matters", "Evidence", "How to confirm", "Fix", "Ignore it when"),
    "ko": ("중요한 이유", "근거", "확인 방법", "조치 방법", "예외로 둘 수 있는 경우"),
}


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said in one language; prose is Markdown, `sentence` is plain."""

    title: str
    sentence: str
    why: str = ""
    evidence: str = ""
    confirm: str = ""
    fix: str = ""
    ignore: str = ""


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file: the rule, its words and its cases."""

    id: str
    over: Literal["applications", "applicationsets", "projects", "objects"]
    expression: str
    """CEL; true where nothing is wrong. `object` is what is asked about."""
    severity: Level | dict[Literal["production", "staging", "development", "shared"], Level]
    texts: dict[Literal["en", "ko"], Texts]
    when: str = "true"
    """CEL; the rule says nothing about an object for which it is false."""
    at: str = ""
    """JSON pointer to what is wrong."""
    facts: dict[str, str] = {}
    """CEL by name, for the placeholders of `sentence`."""
    sources: list[str] = []
    cases: dict[str, dict[str, Any]]


def declared(text: str, file: str) -> Rule[Any, Any]:
    """Return the rule that `text`, the content of `file`, declares; raise BadRule."""
    try:
        given = msgspec.convert(yaml.safe_load(text), Declaration)
    except msgspec.ValidationError as error:
        raise BadRule("own_rule_unreadable", file=file, reason=str(error)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # a date that is none is no error of YAML to its reader, nor is a list too deep for it
        raise BadRule("own_rule_unreadable", file=file, reason=_first(error)) from error
    if not _ID.fullmatch(given.id):
        raise BadRule("own_rule_id", file=file, id=given.id)
    if not given.texts:
        raise BadRule("own_rule_unreadable", file=file, reason="texts: {}")
    for source in (given.when, given.expression, *given.facts.values()):
        _checked(source, file)
    is_rendered = given.over == "objects"
    return Rule(
        id=given.id,
        severity=_severities(given),
        over=APPLICATIONS if is_rendered else _OVER[given.over],
        needs=(RENDERED,) if is_rendered else (),
        uses=(),
        options=NoOptions,
        check=_objects(given) if is_rendered else _subjects(given),
        written=_written(given, text),
    )


def _subjects(given: Declaration) -> Any:
    def check(subject: Any, options: NoOptions) -> Iterator[Breach | Unseen]:
        del options
        yield from _judged(given, {"object": subject.manifest.raw})

    return check


def _objects(given: Declaration) -> Any:
    def check(
        app: Application, options: NoOptions, renderings: Renderings
    ) -> Iterator[Breach | Unseen]:
        del options
        found = rendered_by(app, renderings)
        if isinstance(found, Gap):
            yield Unseen(found)
            return
        yield from _each(given, app, found)

    return check


def _each(given: Declaration, app: Application, found: Rendering) -> Iterator[Breach | Unseen]:
    for one in found.objects:
        around = {"object": one.raw, "application": app.manifest.raw}
        yield from _judged(given, around, one)


def _judged(
    given: Declaration, around: Mapping[str, Any], manifest: Manifest | None = None
) -> Iterator[Breach | Unseen]:
    """Yield the breach, or why the expression could not say."""
    try:
        if not _truth(given.when, around) or _truth(given.expression, around):
            return
        facts = {name: _fact(_value(source, around)) for name, source in given.facts.items()}
    except (KeyError, TypeError, ValueError, RuntimeError, IndexError) as error:
        yield Unseen(Gap("expression_failed", {"rule": given.id, "reason": _first(error)}))
        return
    yield Breach(
        at=given.at,
        facts=facts,
        manifest=manifest,
        identity=manifest.ref.label if manifest else "",
    )


def _truth(source: str, around: Mapping[str, Any]) -> bool:
    value = _value(source, around)
    if not isinstance(value, bool):
        raise TypeError(f"{source}: {type(value).__name__}")
    return value


def _value(source: str, around: Mapping[str, Any]) -> Any:
    return _program(source).execute(dict(around))


@cache
def _program(source: str) -> Any:
    import cel  # noqa: PLC0415 - only where somebody has rules of their own

    return cel.compile(source)


def _checked(source: str, file: str) -> None:
    try:
        _program(source)
    except ValueError as error:
        reason = _first(error)
        raise BadRule("own_rule_expression", file=file, expression=source, reason=reason) from error


def _fact(value: Any) -> Fact:
    """Return a value of CEL as a fact; what is no scalar is told as its JSON."""
    match value:
        case str() | bool() | int() | None:
            return value
        case list():
            return tuple(v if isinstance(v, str | bool | int) else _json(v) for v in value)
        case _:
            return _json(value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _severities(given: Declaration) -> Severities:
    """Return the table; one name is meant everywhere, a tier left out is not asked."""
    if isinstance(given.severity, str):
        return dict.fromkeys(Tier, Severity[given.severity.upper()])
    table = {Tier(tier): Severity[level.upper()] for tier, level in given.severity.items()}
    # what no environment claims is asked like the least of those named
    return {**dict.fromkeys((Tier.UNASSIGNED,), min(table.values())), **table} if table else {}


def _written(given: Declaration, text: str) -> dict[str, str]:
    """Return the page in every language and the cases, as the files beside a rule would be.

    A language that is left out is told in the other one; in place of the code stands `text`.
    """
    spare = next(iter(given.texts.values()))
    pages = {
        f"{language}.md": _page(given, given.texts.get(language, spare), language)
        for language in LANGUAGES
    }
    cases = yaml.safe_dump(given.cases, allow_unicode=True, sort_keys=False)
    return {**pages, "cases.yaml": cases, "py": text}


def _page(given: Declaration, texts: Texts, language: Any) -> str:
    head = {"title": texts.title, "sentence": texts.sentence, "sources": given.sources}
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    code = f"```cel\n{given.expression.strip()}\n```"
    bodies = {part: getattr(texts, part) or "–" for part in PARTS}
    bodies["evidence"] = "\n\n".join(text for text in (texts.evidence, code) if text)
    parts = (
        f"## {heading} {{#{part}}}\n\n{bodies[part]}\n"
        for part, heading in zip(PARTS, _HEADINGS[language], strict=True)
    )
    return f"---\n{front}---\n\n" + "\n".join(parts)


def _first(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(error).partition("\n")[0]
