"""Known messages of Argo CD and of what it runs on: what causes them, and what helps."""

from auditor.signatures.catalogue import Words, command, signatures, words
from auditor.signatures.match import match
from auditor.signatures.signature import Kind, Match, Message, Seen, Signature, Where

__all__ = [
    "Kind",
    "Match",
    "Message",
    "Seen",
    "Signature",
    "Where",
    "Words",
    "command",
    "match",
    "signatures",
    "words",
]
