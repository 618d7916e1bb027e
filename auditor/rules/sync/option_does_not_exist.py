"""Options that nothing reads: misspelt, invented, or newer than the release that runs."""

from collections.abc import Iterator
from typing import Final

from auditor.argocd.application import Application
from auditor.argocd.option_entries import (
    ANNOTATION_POINTER,
    Unread,
    annotated,
    annotation_without_reader,
    entries,
    without_reader,
)
from auditor.argocd.releases import Version
from auditor.findings import Breach, Edit, Evidence, Fact, Fix, Severity, Unseen, everywhere
from auditor.findings.severity import Severities
from auditor.kube.manifest import Manifest
from auditor.rulebook import NoOptions, rule
from auditor.snapshot.derived import APPLICATIONS, RENDERED, VERSION
from auditor.snapshot.rendered import Renderings, seen_of

_HIGH: Final = everywhere(Severity.HIGH)


@rule(
    "SYNC-003",
    severity=everywhere(Severity.MEDIUM),
    over=APPLICATIONS,
    needs=(VERSION,),
    uses=(RENDERED,),
    options=NoOptions,
)
def option_does_not_exist(
    app: Application, _: NoOptions, release: tuple[Version, str], renderings: Renderings
) -> Iterator[Breach | Unseen]:
    """Compare byte for byte, as Argo CD does; only items of annotations are trimmed."""
    version = release[0]
    # A text that is listed twice is one mistake; that it is repeated is another rule's.
    for entry in {entry.text: entry for entry in reversed(entries(app.spec))}.values():
        if unread := without_reader(entry.text, version):
            yield Breach(
                at=entry.pointer,
                variant=_variant(unread),
                facts=_facts(unread, version),
                severity=_severity(unread),
                keys=frozenset({("option", unread.meant or unread.text)}),
                evidence=(Evidence(pointer=entry.pointer, declared=entry.text, is_declared=True),),
                fix=Fix((Edit("set", entry.pointer, unread.meant),)) if unread.meant else None,
            )
    seen, why = seen_of(app, renderings)
    if why:
        yield Unseen(why)
    for item, objects in annotated(seen).items():
        if unread := annotation_without_reader(item, version):
            yield _on_objects(unread, objects, version)


def _on_objects(unread: Unread, objects: tuple[Manifest, ...], version: Version) -> Breach:
    """Say it once for all objects, which usually share a template."""
    first = objects[0]
    variant = _variant(unread)
    return Breach(
        at=ANNOTATION_POINTER,
        manifest=first,
        variant=f"annotation_{variant}" if variant else "annotation",
        facts=_facts(unread, version) | {"object": first.label, "count": len(objects)},
        severity=_severity(unread),
        identity=unread.text,
        evidence=tuple(
            Evidence(
                pointer=ANNOTATION_POINTER,
                object=manifest.ref,
                declared=unread.text,
                is_declared=True,
                manifest=manifest,
            )
            for manifest in objects
        ),
    )


def _variant(unread: Unread) -> str:
    if unread.since:
        return "newer"
    return "misspelt" if unread.meant else ""


def _facts(unread: Unread, version: Version) -> dict[str, Fact]:
    if unread.since:
        return {"option": unread.text, "since": _minor(unread.since), "version": _minor(version)}
    meant: dict[str, Fact] = {"meant": unread.meant} if unread.meant else {}
    return {"option": unread.text} | meant


def _minor(version: Version) -> str:
    return f"{version.major}.{version.minor}"


def _severity(unread: Unread) -> Severities | None:
    return _HIGH if unread.is_guard or unread.meant else None
