"""The same page on A4: tagged PDF/A with embedded fonts, the same bytes for the same view."""

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from auditor.renderer import fonts
from auditor.renderer.page import document
from auditor.renderer.unavailable import Unavailable
from auditor.report.view import ReportView

VARIANT: Final = "pdf/a-3a"

_PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_KEPT: Final = "pre|code|style|script|title|svg|h1|h2"
_OPENS: Final = re.compile(rf"<({_KEPT})[\s>]")
_CLOSES: Final = re.compile(rf"</({_KEPT})>")
_INSIDE: Final = re.compile(r"(?<=[가-힣])(?=[가-힣.,:;)%·’”])|(?<=[0-9A-Za-z(‘“])(?=[가-힣])")
_PARTICLE: Final = re.compile(r"[가-힣.,)]")
_JOINER: Final = "\u2060"


def pdf(view: ReportView) -> bytes:
    """Return the report as PDF/A-3a; raise Unavailable where Pango or a font is missing."""
    weasyprint = _weasyprint()
    text = document(view, "pdf", fonts.paths())
    paper = whole_words(text) if view.language == "ko" else text
    with _dated(view.identity.finished.utc or view.identity.started.utc), _unwarned():
        made: bytes = weasyprint.HTML(string=paper, url_fetcher=_only_files()).write_pdf(
            pdf_variant=VARIANT, pdf_identifier=view.identity.content_hash.encode()
        )
    return made


def whole_words(text: str) -> str:
    """Join the syllables of Hangul words in prose, because paper ignores `keep-all`.

    Never in code, headings that become bookmarks, or titles.
    """
    depth, out = 0, list[str]()
    for part in re.split(r"(<[^>]+>)", text):
        if part.startswith("<"):
            depth += bool(_OPENS.match(part)) - bool(_CLOSES.match(part))
        elif not depth:
            after = bool(out) and out[-1] in ("</code>", "</a>", "</b>")
            glue = _JOINER if after and _PARTICLE.match(part) else ""
            out.append(glue + _INSIDE.sub(_JOINER, part))
            continue
        out.append(part)
    return "".join(out)


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - loads Pango, a second
    except OSError as error:
        raise Unavailable("pango_missing", packages=_PACKAGES) from error
    return weasyprint


def _only_files() -> Any:
    """Return a fetcher that reads the fonts and nothing else: no report may call home."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - see _weasyprint

    return URLFetcher(allowed_protocols=("file", "data"))


@contextmanager
def _unwarned() -> Iterator[None]:
    """Keep quiet about the colour profile that WeasyPrint 70 leaves to be closed by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    """Let everything that stamps a time stamp that of the snapshot."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    epoch = int(datetime.fromisoformat(moment).timestamp()) if moment else 0
    os.environ[name] = str(epoch)
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
