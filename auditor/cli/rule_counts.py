"""How complete the rulebook is, counted."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from auditor.rulebook import Rule, cases
from auditor.rulebook.page import LANGUAGES, read

COLUMNS: Final = (
    "rules",
    *(f"page {language}" for language in LANGUAGES),
    *("examples", "cases", "sources"),
)


def counted(rules: Iterable[Rule[Any, Any]]) -> Iterator[str]:
    """Yield a table: a line a chapter, and their sum. A file that is missing is not counted."""
    rows: dict[str, Counter[str]] = {}
    for rule in rules:
        rows.setdefault(rule.chapter, Counter()).update(_counts(rule))
    total = sum(rows.values(), Counter[str]())
    yield f"{'chapter':8}" + "".join(f"{name:>10}" for name in COLUMNS)
    for name, row in (*sorted(rows.items()), ("all", total)):
        yield f"{name:8}" + "".join(f"{row[column]:>10,}" for column in COLUMNS)


def _counts(rule: Rule[Any, Any]) -> Counter[str]:
    counts = Counter({"rules": 1})
    for language in LANGUAGES:
        try:
            page = read(rule, language)
        except OSError:
            continue
        counts[f"page {language}"] = 1
        if language == LANGUAGES[0]:
            shown = [info for info, _ in page.fences if info in {"yaml bad", "yaml good"}]
            counts.update({"examples": len(shown), "sources": len(page.sources)})
    try:
        counts["cases"] = len(cases.of(rule))
    except OSError:
        return counts
    return counts
