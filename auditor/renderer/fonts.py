"""Where the embedded fonts lie: Noto Sans KR in its package, JetBrains Mono in the templates'."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from auditor.renderer.unavailable import Unavailable

_PACKAGE: Final = "justmytype_intl_cjk"
_SANS: Final = ("fonts", "ofl", "notosanskr", "NotoSansKR[wght].ttf")


def paths() -> dict[str, str]:
    """Return file URLs by role, `sans` and `mono`; raise Unavailable."""
    try:
        sans = Path(str(files(_PACKAGE).joinpath(*_SANS)))
    except ModuleNotFoundError as error:
        raise Unavailable("fonts_missing", package="justmytype-intl-cjk") from error
    mono = Path(str(files("report_templates") / "fonts" / "JetBrainsMono.ttf"))
    for path in (sans, mono):
        if not path.is_file():
            raise Unavailable("fonts_missing", package=path.name)
    return {"sans": sans.as_uri(), "mono": mono.as_uri()}
