"""The guide as a static site: plain files that need no server, and load nothing from elsewhere."""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape

from auditor import VERSION
from auditor.renderer import markdown
from auditor.report import words as report_words
from auditor.rulebook.controls import words as control_words
from auditor.rulebook.guidebook import Article, Guidebook
from auditor.rulebook.incidents import incidents

_HOLE: Final = re.compile(r"\{(\w+)(?::[^}]*)?\}")


def site(books: Sequence[Guidebook]) -> dict[str, bytes]:
    """Return the files of the site by their paths, `index.html` first; one folder a language."""
    pages = {"index.html": _start(books), "assets/guide.css": _css(), "assets/guide.js": _script()}
    for book in books:
        pages |= {f"{book.language}/{path}": text for path, text in _pages(book, books)}
        pages[f"assets/index.{book.language}.js"] = _index(book)
    return {path: text.lstrip().encode() for path, text in pages.items()}


def _pages(book: Guidebook, books: Sequence[Guidebook]) -> Iterator[tuple[str, str]]:
    """Yield the pages of one language, by their paths below its folder."""
    environment = _environment(book.language)
    others = [other.language for other in books if other.language != book.language]
    shared: dict[str, Any] = {
        "book": book,
        "lang": book.language,
        "other": others[0] if others else book.language,
        "w": _words(book.language),
        "c": control_words(book.language),
        "sev": report_words.load(book.language).table["sev"],
        "incidents": incidents(book.language),
        "version": VERSION,
    }
    failures = {failure.signature.id: failure for failure in book.failures}
    by_family = groupby(book.failures, lambda failure: failure.signature.family)
    lists: dict[str, dict[str, Any]] = {
        "index": {},
        "symptoms": {"failures": failures},
        "failures": {"families": [(family, tuple(told)) for family, told in by_family]},
        "statements": {},
        "controls": {
            "frameworks": [
                (framework, tuple(told))
                for framework, told in groupby(book.controls, lambda control: control.framework)
            ]
        },
    }
    for name, given in lists.items():
        template = environment.get_template(f"guide/{name}.html.j2")
        yield f"{name}.html", template.render(shared, up="../", path=f"{name}.html", **given)
    template = environment.get_template("guide/rule.html.j2")
    articles = [(chapter, article) for chapter in book.chapters for article in chapter.articles]
    for at, (chapter, article) in enumerate(articles):
        near = {
            "before": articles[at - 1][1].id if at else "",
            "after": articles[at + 1][1].id if at + 1 < len(articles) else "",
        }
        path = f"rules/{article.id}.html"
        yield (
            path,
            template.render(
                shared, up="../../", path=path, a=article, chapter=chapter.title, **near
            ),
        )


def _start(books: Sequence[Guidebook]) -> str:
    """Return the page that asks for the language."""
    names = [(book.language, _words(book.language)["name"]) for book in books]
    template = _environment(books[0].language).get_template("guide/start.html.j2")
    return template.render(languages=names, names=[name for _, name in names])


def _css() -> str:
    environment = _environment("en")
    parts = ("css/tokens.css", "css/elements.css", "guide/guide.css")
    return "".join(environment.get_template(part).render(medium="html") for part in parts)


def _script() -> str:
    return _source("guide/guide.js")


def _index(book: Guidebook) -> str:
    """Return what the search reads: path, title, one line, and all the words of every page."""
    rows = [_article(article) for article in book.articles.values()]
    rows += [
        (f"symptoms.html#{symptom.id}", symptom.title, "", " ".join(symptom.rules))
        for symptom in book.symptoms
        if symptom.rules
    ]
    rows += [
        (
            f"failures.html#{failure.signature.id}",
            failure.cause,
            failure.remedy,
            " ".join(failure.signature.examples),
        )
        for failure in book.failures
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"window.GUIDE={text};\n"


def _article(article: Article) -> tuple[str, str, str, str]:
    symptoms = " ".join(symptom.title for symptom in article.symptoms)
    body = " ".join([symptoms, *article.page.parts.values()])
    sentence = _HOLE.sub(r"\1", article.page.sentence)
    title = f"{article.id} {article.page.title}"
    return f"rules/{article.id}.html", title, sentence, " ".join(body.split())


def _environment(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    marks = _words(language)["marks"]
    frameworks = control_words(language)["framework"]
    environment.filters |= {
        "md": lambda text: markdown.blocks(text, marks),
        "holes": _holes,
        "of": lambda text, **facts: text.format(**facts),
        "framework": lambda name: frameworks[name].partition("(")[0].partition(",")[0].strip(),
    }
    return environment


def _holes(sentence: str) -> Markup:
    """Return a sentence whose placeholders are set apart."""
    return Markup(  # noqa: S704 - escaped before the elements are added
        _HOLE.sub(lambda hole: f"<var>{hole[1].replace('_', ' ')}</var>", str(escape(sentence)))
    )


@cache
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads((files("auditor.rulebook") / f"site.{language}.toml").read_text("utf-8"))


def _source(name: str) -> str:
    return (files("report_templates") / name).read_text(encoding="utf-8")
