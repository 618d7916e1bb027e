"""A snapshot on disk: `snapshot.json` and one JSON-lines file a section, whole or not at all."""

import gc
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.kube.gap import Gap
from auditor.kube.loose import mappings
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, Origin, RenderedOrigin
from auditor.snapshot.section import Collected, Derived, Excluded, Look, Missing
from auditor.snapshot.sections import ALL
from auditor.snapshot.snapshot import SCHEMA, Header, Snapshot

HEADER_FILE: Final = "snapshot.json"
_ORIGINS: Final = {"git": GitOrigin, "live": LiveOrigin, "rendered": RenderedOrigin}
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_FIELDS: Final = msgspec.json.Encoder()


class Unreadable(Exception):
    """The folder holds no snapshot that this version can read; `code` and `facts` say why."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def write(snapshot: Snapshot, folder: Path) -> None:
    """Write `snapshot` to `folder`, replacing a snapshot that is there; raise OSError."""
    refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        error.filename = str(folder)
        raise
    try:
        for name, body in encode(snapshot).items():
            (part / name).write_bytes(body)
        part.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def refuse_foreign(folder: Path) -> None:
    """Raise Unreadable where `folder` holds something that is no snapshot."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / HEADER_FILE).exists():
        raise Unreadable("folder_in_use", folder=str(folder))


def encode(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the files of a snapshot by name; equal snapshots give equal bytes."""
    files = {
        f"{section.name}.jsonl": b"".join(_lines(look))
        for section in ALL
        if isinstance(look := snapshot.sections.get(section.name), Collected)
    }
    sums = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    return {**files, HEADER_FILE: _header_file(snapshot, sums)}


def _lines(look: Collected) -> Iterator[bytes]:
    return (_ENCODER.encode(_plain(item)) + b"\n" for item in look.items)


def _header_file(snapshot: Snapshot, sums: Mapping[str, str]) -> bytes:
    """Return the header; `sums` are the SHA-256 of the other files."""
    entries: dict[str, Any] = {}
    for section in ALL:
        match snapshot.sections.get(section.name):
            case None:
                continue
            case Missing(why):
                entries[section.name] = {"state": "missing", "why": asdict(why)}
            case Excluded(why):
                entries[section.name] = {"state": "excluded", "why": asdict(why)}
            case Collected(items, gaps):
                entries[section.name] = {
                    "state": "collected",
                    "count": len(items),
                    "sha256": sums[f"{section.name}.jsonl"],
                    "gaps": [asdict(gap) for gap in gaps],
                }
    header = {**asdict(snapshot.header), "schema": SCHEMA, "sections": entries}
    # sorted keys put `about` first: the file begins with what it shows
    return msgspec.json.format(_ENCODER.encode(header), indent=1) + b"\n"


def read(folder: Path) -> Snapshot:
    """Return the snapshot in `folder`; raise Unreadable."""
    header = _header(folder)
    was_collecting = gc.isenabled()
    # everything that is read stays, and the collector would look through all of it each time
    gc.disable()
    try:
        looks = {
            name: _section(folder, name, entry)
            for name, entry in header.get("sections", {}).items()
        }
    finally:
        if was_collecting:
            gc.enable()
    return Snapshot(
        looks,
        Header(
            about=header.get("about", ""),
            started=header.get("started", ""),
            finished=header.get("finished", ""),
            cluster=header.get("cluster", {}),
            repositories=tuple(header.get("repositories", ())),
            collector=header.get("collector", {}),
        ),
    )


def _header(folder: Path) -> dict[str, Any]:
    path = folder / HEADER_FILE
    try:
        header = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise Unreadable("no_snapshot", folder=str(folder)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable("snapshot_damaged", file=HEADER_FILE) from error
    if not isinstance(header, dict) or not isinstance(header.get("schema"), str):
        raise Unreadable("snapshot_damaged", file=HEADER_FILE)
    if header["schema"] != SCHEMA:
        raise Unreadable("snapshot_schema", found=header["schema"], known=SCHEMA)
    if not isinstance(header.get("sections"), dict) or not _is_well_formed(header):
        raise Unreadable("snapshot_damaged", file=HEADER_FILE)
    return header


def _is_well_formed(header: Mapping[str, Any]) -> bool:
    repositories = header.get("repositories", [])
    return (
        all(isinstance(header.get(key, ""), str) for key in ("about", "started", "finished"))
        and all(isinstance(header.get(key, {}), dict) for key in ("cluster", "collector"))
        and isinstance(repositories, list)
        and all(isinstance(entry, dict) for entry in repositories)
    )


def _section(folder: Path, name: str, entry: Mapping[str, Any]) -> Look:
    try:
        match entry["state"]:
            case "missing":
                return Missing(Gap(**entry["why"]))
            case "excluded":
                return Excluded(Gap(**entry["why"]))
            case "collected":
                items = tuple(_items(folder / f"{name}.jsonl", entry["sha256"]))
                return Collected(items, tuple(Gap(**gap) for gap in entry["gaps"]))
            case _:
                raise Unreadable("snapshot_damaged", file=HEADER_FILE)
    except (KeyError, TypeError, msgspec.DecodeError) as error:
        raise Unreadable("snapshot_damaged", file=f"{name}.jsonl") from error


def _items(path: Path, digest: str) -> Iterator[Manifest]:
    """Yield the objects line by line: a file of a large cluster is not held beside them."""
    seen = hashlib.sha256()
    owned: dict[bytes, Any] = {}
    try:
        with path.open("rb") as lines:
            for line in lines:
                seen.update(line)
                yield _manifest(line, owned)
    except OSError as error:
        raise Unreadable("snapshot_damaged", file=path.name) from error
    if seen.hexdigest() != digest:
        raise Unreadable("snapshot_damaged", file=path.name)


def _plain(item: Manifest) -> dict[str, Any]:
    plain: dict[str, Any] = {"origin": _origin(item.origin), "raw": item.raw}
    return plain | ({"lines": item.lines} if item.lines else {})


def _origin(origin: Origin) -> dict[str, Any]:
    """Return the fields with their kind; by hand, for there are as many origins as objects."""
    match origin:
        case GitOrigin(repository, commit, path, line, document):
            return {
                "from": "git",
                "repository": repository,
                "commit": commit,
                "path": path,
                "line": line,
                "document": document,
            }
        case LiveOrigin(cluster):
            return {"from": "live", "cluster": cluster}
        case RenderedOrigin(application, repository, commit, path, kind):
            return {
                "from": "rendered",
                "application": application,
                "repository": repository,
                "commit": commit,
                "path": path,
                "kind": kind,
            }


def _manifest(line: bytes, owned: dict[bytes, Any]) -> Manifest:
    plain = msgspec.json.decode(line)
    origin = plain["origin"]
    kind = _ORIGINS[origin.pop("from")]
    raw = plain["raw"]
    _share(raw, owned)
    return Manifest(raw, kind(**origin), plain.get("lines", {}))


def _share(raw: Any, owned: dict[bytes, Any]) -> None:
    """Let equal sets of owned fields be one: they are half of an object, and few differ."""
    for entry in mappings(raw, "metadata", "managedFields"):
        if isinstance(entry, dict) and "fieldsV1" in entry:
            fields = entry["fieldsV1"]
            entry["fieldsV1"] = owned.setdefault(_FIELDS.encode(fields), fields)


def digest(snapshot: Snapshot) -> str:
    """Return the SHA-256 of the header file, which holds those of all sections; told once."""
    return str(snapshot.look(_DIGEST))


def _digest(snapshot: Snapshot) -> str:
    sums: dict[str, str] = {}
    for name, look in snapshot.sections.items():
        if isinstance(look, Collected):
            seen = hashlib.sha256()
            for line in _lines(look):
                seen.update(line)
            sums[f"{name}.jsonl"] = seen.hexdigest()
    return hashlib.sha256(_header_file(snapshot, sums)).hexdigest()


_DIGEST: Final[Derived[str]] = Derived("digest", _digest)
