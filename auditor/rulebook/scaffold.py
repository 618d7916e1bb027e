"""The four files of a new rule: an example that works, to be replaced."""

import keyword
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

SUFFIXES: Final = ("py", "cases.yaml", "en.md", "ko.md")
_ID: Final = re.compile(r"[A-Z]+-\d{3}")
_STEM: Final = re.compile(r"[a-z][a-z0-9_]*")


def is_id(text: str) -> bool:
    """Say whether `text` is shaped as the id of a rule, such as `PRUNE-099`."""
    return _ID.fullmatch(text) is not None


def is_stem(text: str) -> bool:
    """Say whether files of a rule may be called `text`: a name in Python, in small letters."""
    return _STEM.fullmatch(text) is not None and not keyword.iskeyword(text)


def drafted(name: str, stem: str) -> Mapping[str, str]:
    """Return the text of each file of the rule `name` by file name."""
    folder = files("auditor.rulebook") / "new_rule"
    texts = {end: (folder / f"{end}.txt").read_text(encoding="utf-8") for end in SUFFIXES}
    return {
        f"{stem}.{end}": text.replace("@ID@", name).replace("@STEM@", stem)
        for end, text in texts.items()
    }
