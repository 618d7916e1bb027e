"""Lines of project roles; mirrors `validatePolicy` of `app_project_types.go`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A line `p, subject, resource, action, object, effect`."""

    subject: str
    resource: str
    action: str
    object: str
    effect: str

    def __str__(self) -> str:
        parts = (self.subject, self.resource, self.action, self.object, self.effect)
        return ", ".join(("p", *parts))


def parse(line: str) -> Policy | None:
    """Return the parts of a line, or None for one of another form."""
    parts = [part.strip(" ") for part in line.split(",")]
    return Policy(*parts[1:]) if len(parts) == 6 and parts[0] == "p" else None


def subject_of(project: str, role: str) -> str:
    """Return the one subject that lines of the role may have."""
    return f"proj:{project}:{role}"


def is_inside(policy: Policy, project: str) -> bool:
    """Say whether the line is about objects of the project."""
    return policy.object.startswith(f"{project}/")
