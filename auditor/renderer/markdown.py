"""Markdown of the guide's pages → HTML; raw HTML in it stays text."""

import functools
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape


@functools.cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _fence)
    return reader


def blocks(text: str, marks: Mapping[str, str] | None = None) -> Markup:
    """Return paragraphs, lists, tables and code blocks.

    `marks` are labels for the second word of a block's info string, such as `bad`; without them
    it says nothing.
    """
    return Markup(_reader().render(text, {"marks": marks or {}}))  # noqa: S704 - html is off


def line(text: str) -> Markup:
    """Return one line: code, emphasis and links, no paragraph around it."""
    return Markup(_reader().renderInline(text))  # noqa: S704 - the reader escapes; html is off


def _fence(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    """Return a code block, with its label above where it is an example."""
    plain = renderer.fence(tokens, index, options, env)
    _, _, kind = tokens[index].info.partition(" ")
    if kind not in env["marks"]:
        return plain
    label = f'<span class="mark">{escape(env["marks"][kind])}</span>'
    return plain.replace("<pre>", f'<pre class="{kind}">{label}', 1)
