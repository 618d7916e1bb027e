"""One HTML file: no external load, works without scripts, under a strict policy."""

import base64
import hashlib
import re
from typing import Final

from auditor.renderer.page import document
from auditor.report.view import ReportView

_POLICY: Final = (
    "default-src 'none'; style-src {style}; script-src {script}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def html(view: ReportView) -> bytes:
    """Return the report as a UTF-8 document."""
    text = document(view, "html")
    policy = _POLICY.format(style=_digests("style", text), script=_digests("script", text))
    return text.replace("@@CSP@@", policy, 1).lstrip().encode()


def _digests(tag: str, text: str) -> str:
    """Return the hashes of the inline elements; what is not hashed, a browser ignores."""
    bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies)
    return " ".join(f"'sha256-{digest}'" for digest in hashes) or "'none'"
