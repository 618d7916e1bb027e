"""ReportView → the one HTML document that both the browser and the paper are made from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, Final, Literal

import jinja2
from markupsafe import Markup, escape

from auditor.renderer import markdown
from auditor.renderer.names import environment_name, state
from auditor.report import words
from auditor.report.view import ReportView

Medium = Literal["html", "pdf"]

CARDS: Final = 12
"""Entries of one rule that get a card; the rest are rows."""
ROWS: Final[Mapping[Medium, int]] = {"html": 100_000, "pdf": 40}
"""Rows of one table; the JSON format has them all."""
CASES: Final[Mapping[Medium, int]] = {"html": 60, "pdf": 12}
APPLICATIONS: Final[Mapping[Medium, int]] = {"html": 2_000, "pdf": 400}
DIFFS: Final[Mapping[Medium, int]] = {"html": 500, "pdf": 12}
"""Objects of which the differences are shown; on paper the rest is a number."""
YAML: Final[Mapping[Medium, int]] = {"html": 120, "pdf": 40}
FIELDS: Final[Mapping[Medium, int]] = {"html": 60, "pdf": 8}


def document(view: ReportView, medium: Medium, fonts: Mapping[str, str] | None = None) -> str:
    """Return the page as text; `fonts` are file URLs for paper."""
    spoken = words.load(view.language)
    template = _environment(spoken).get_template("report.html.j2")
    return template.render(
        view=view,
        w=_tree(spoken.table),
        medium=medium,
        fonts=fonts or {},
        cards=CARDS,
        rows=ROWS[medium],
        cases=CASES[medium],
        apps=APPLICATIONS[medium],
        diffs=DIFFS[medium],
        yaml=YAML[medium],
        fields=FIELDS[medium],
        column={name: index for index, name in enumerate(view.matrix.columns)},
        first=_first(view),
        unread=sum(section.state in ("missing", "partial") for section in view.sections),
        state=state(view, spoken),
        **_furniture(view, spoken),
    )


def _environment(spoken: words.Words) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "of": lambda text, **facts: spoken.filled(text, facts),
        "n": lambda number: f"{number:,}",
        "md": markdown.blocks,
        "md_line": markdown.line,
        "css": _css,
        "brk": _breakable,
        "short": _short,
        "env": lambda name: environment_name(spoken, name),
        "listed": spoken.listed,
        "few": lambda names: spoken.listed(names, 2) if names else "",
        "word": getattr,
        "attr_at": lambda row, index: row[index],
    }
    return environment


def _source(name: str) -> str:
    return (files("report_templates") / name).read_text(encoding="utf-8")


def _tree(table: Mapping[str, Any]) -> SimpleNamespace:
    """Return words by attribute, so that none is taken for a method of dict."""
    return SimpleNamespace(
        **{k: _tree(v) if isinstance(v, Mapping) else v for k, v in table.items()}
    )


def _furniture(view: ReportView, spoken: words.Words) -> dict[str, str]:
    """Return what stands in heads and feet."""
    identity = view.identity
    environment = identity.environment
    scope = environment_name(spoken, environment) if environment else spoken.text("id.all")
    repositories = [f"{_name(r.url)}@{r.commit[:8]}" for r in identity.repositories]
    key = f"classification.{identity.classification}"
    head = (identity.system, identity.cluster, f"{spoken.text('id.scope')}: {scope}")
    return {
        "scope": scope,
        "classification": spoken.text(key) if spoken.has(key) else identity.classification,
        "head": " · ".join(dict.fromkeys(part for part in head if part)),
        "head_right": " ".join(repositories[:2]),
        "foot": f"{identity.report_id} · sha256 {identity.content_hash[:12]}",
    }


def _short(url: str) -> str:
    """Return the path of a repository without its host."""
    place = url.rpartition("//")[2].rstrip("/").removesuffix(".git")
    return place.partition("/")[2] or place


def _name(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2].removesuffix(".git")


def _first(view: ReportView) -> dict[str, str]:
    """Return the id of the first finding of each cell of the matrix."""
    first: dict[str, str] = {}
    for rule in view.rules:
        for entry in rule.entries:
            for finding in entry.findings:
                first.setdefault(f"{finding.severity} {finding.environment}", finding.id)
    return first


def _css(text: object) -> Markup:
    """Return `text` fit for a CSS string inside a style element."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return Markup(" ".join(escaped.split()))  # noqa: S704 - quotes, tags and newlines are gone


def _breakable(text: object) -> Markup:
    """Return `text` that may wrap after a slash, a dot or an opening bracket."""
    parts: Sequence[str] = re.split(r"(?<=[./\[@])(?=\w)", str(text))
    return _joined(escape(part) for part in parts)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("<wbr>").join(parts)
