"""Why a section could not be read, in the words of the command line or of the report."""

from auditor.cli.failures import language, say, sentences
from auditor.kube.gap import Gap
from auditor.renderer.plain import plain
from auditor.report import words
from auditor.snapshot import Collected, Missing, Snapshot
from auditor.snapshot.sections import ALL


def first(snapshot: Snapshot) -> Gap | None:
    """Return why the first section that was tried and is missing could not be read."""
    looks = (snapshot.sections.get(section.name) for section in ALL)
    return next((look.why for look in looks if isinstance(look, Missing)), None)


def is_everything(snapshot: Snapshot) -> bool:
    """Say whether something was tried and nothing at all was read."""
    looks = snapshot.sections.values()
    return first(snapshot) is not None and not any(
        look.items for look in looks if isinstance(look, Collected)
    )


def told(why: Gap) -> dict[str, str]:
    """Return what happened and what to do about it, one sentence each."""
    known = sentences(language())
    if why.code in known:
        entry, facts = known[why.code], why.facts
        return {"why": say({**entry, "advice": ""}, facts).strip(), "remedy": entry["advice"]}
    spoken = words.load(language())
    entry = spoken.table["gap"][why.code if spoken.has(f"gap.{why.code}") else "other"]
    filled = {key: fact for key, fact in why.facts.items() if fact not in ("", None)}
    facts = {"code": why.code, "facts": why.key, **filled}
    return {
        name: plain(spoken.fill(entry[part], facts)).replace("`", "")
        for name, part in (("why", "says"), ("remedy", "remedy"))
    }
