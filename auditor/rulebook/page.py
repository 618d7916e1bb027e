"""Guide pages: one Markdown file a rule and language, beside the rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from auditor.rulebook.rule import Rule

LANGUAGES: Final = ("en", "ko")
PARTS: Final = ("why", "evidence", "confirm", "fix", "ignore")
OPTIONAL_PARTS: Final = ("limits",)

_HEADING: Final = re.compile(r"^## (.*) \{#(\w+)\}$", re.MULTILINE)
_FENCE: Final = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """One rule explained in one language."""

    title: str
    sentence: str
    """What is wrong, with placeholders that a breach's facts and `subject` fill."""
    variants: Mapping[str, str]
    """Other sentences, by `Breach.variant`."""
    guide: tuple[str, ...]
    """Statements of the user's guide, such as `G04`."""
    sources: tuple[str, ...]
    """Where Argo CD's documentation or code says so."""
    parts: Mapping[str, str]
    """Markdown by part id, in the order of PARTS."""

    @property
    def fences(self) -> tuple[tuple[str, str], ...]:
        """Return the code blocks, as (info string, body)."""
        return tuple(_FENCE.findall("\n".join(self.parts.values())))

    def say(self, variant: str) -> str:
        """Return the sentence of `variant`; raise KeyError where the page has none."""
        return self.variants[variant] if variant else self.sentence


def read(rule: Rule[Any, Any], language: str) -> Page:
    """Return the page of `rule` in `language`; raise where there is none or it is malformed."""
    return parse(rule.text(f"{language}.md"))


def parse(text: str) -> Page:
    """Return the page that `text` spells; raise ValueError or KeyError where it is malformed."""
    _, front, body = text.split("---\n", 2)
    head = yaml.load(front, Loader=yaml.CSafeLoader)
    _, *rest = _HEADING.split(body)
    parts = dict(zip(rest[1::3], (part.strip() for part in rest[2::3]), strict=True))
    return Page(
        title=head["title"],
        sentence=head["sentence"].strip(),
        variants={name: text.strip() for name, text in head.get("variants", {}).items()},
        guide=tuple(head.get("guide", ())),
        sources=tuple(head.get("sources", ())),
        parts=parts,
    )
