"""Parsing Go templates; mirrors `text/template/parse` for what ApplicationSets use."""

import re
from dataclasses import dataclass, field

_SPACE = " \t\r\n"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_KEYWORDS = frozenset({"if", "else", "end", "range", "with", "define", "template", "block"})


class TemplateError(ValueError):
    """What Go says against a template, at parsing or at execution."""


@dataclass(frozen=True, slots=True)
class Token:
    """One item of an action: `field`, `dot`, `var`, `word`, `const`, or a sign such as `|`."""

    kind: str
    text: str
    at: int
    value: object = None


@dataclass(frozen=True, slots=True)
class Operand:
    """An argument: a constant, dot, field, variable, function or pipeline, and fields of it."""

    kind: str
    text: str
    at: int
    value: object = None
    fields: tuple[str, ...] = ()
    pipe: "Pipe | None" = None


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands that hand on their results, and the variables the last result is put in."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    is_assignment: bool = False


@dataclass(slots=True)
class Node:
    """`text`, `action`, `if`, `with`, `range`, or `template`, with what follows its `else`."""

    kind: str
    text: str = ""
    pipe: Pipe | None = None
    body: "list[Node]" = field(default_factory=list)
    otherwise: "list[Node]" = field(default_factory=list)


@dataclass(slots=True)
class Template:
    """A parsed text and the templates it defines."""

    source: str
    nodes: list[Node]
    defined: dict[str, list[Node]]


def command_text(command: tuple[Operand, ...]) -> str:
    """Return a command as Go prints it in errors."""
    return " ".join(operand.text for operand in command)


def parse(source: str, functions: frozenset[str]) -> Template:
    """Parse a template; raise `TemplateError` with Go's text where it is malformed."""
    parser = _Parser(source, functions)
    try:
        nodes = parser.block(is_top=True)
    except (IndexError, RecursionError):
        raise parser.fail("unexpected end of action or nesting", parser.at) from None
    return Template(source, nodes, parser.defined)


class _Parser:
    def __init__(self, source: str, functions: frozenset[str]) -> None:
        self.source = source
        self.functions = functions
        self.at = 0
        self.defined: dict[str, list[Node]] = {}
        self.trims_next = False
        self.ended_by: list[Token] = []

    def fail(self, message: str, at: int) -> TemplateError:
        return TemplateError(f"template: base:{self.source.count(chr(10), 0, at) + 1}: {message}")

    def block(self, *, is_top: bool = False) -> list[Node]:
        """Parse nodes up to the `end` or `else` that closes them, left in `ended_by`."""
        nodes: list[Node] = []
        while self.at < len(self.source):
            text, tokens, start = self.next_action()
            if text:
                nodes.append(Node("text", text))
            if tokens is None:
                continue
            word = tokens[0].text if tokens and tokens[0].kind == "word" else ""
            if word in {"end", "else"}:
                if is_top:
                    raise self.fail(f"unexpected {{{{{word}}}}}", start)
                self.ended_by = tokens
                return nodes
            nodes.extend(self.node(word, tokens, start))
        if not is_top:
            raise self.fail("unexpected EOF", len(self.source))
        return nodes

    def node(self, word: str, tokens: list[Token], start: int) -> list[Node]:
        if word in {"if", "with", "range"}:
            return [self.control(word, tokens[1:], start)]
        if word in {"define", "block"}:
            name = str(tokens[1].value)
            self.defined[name] = self.block()
            if word == "define":
                return []
            return [Node("template", name, self.pipe(tokens[2:], start))]
        if word == "template":
            pipe = self.pipe(tokens[2:], start) if len(tokens) > 2 else None
            return [Node("template", str(tokens[1].value), pipe)]
        if not tokens:
            raise self.fail("missing value for command", start)
        return [Node("action", "", self.pipe(tokens, start))]

    def control(self, word: str, tokens: list[Token], start: int) -> Node:
        if not tokens:
            raise self.fail(f"missing value for {word}", start)
        node = Node(word, "", self.pipe(tokens, start))
        node.body = self.block()
        closing = self.ended_by
        if closing[0].text == "else":
            if len(closing) > 1:
                node.otherwise = [self.control(closing[1].text, closing[2:], start)]
            else:
                node.otherwise = self.block()
        return node

    def next_action(self) -> tuple[str, list[Token] | None, int]:
        """Return the text before the next action, its tokens (None: comment, end) and its start."""
        start = self.source.find("{{", self.at)
        text = self.source[self.at : start if start >= 0 else len(self.source)]
        if self.trims_next:
            text = text.lstrip(_SPACE)
        self.trims_next = False
        if start < 0:
            self.at = len(self.source)
            return text, None, self.at
        at = start + 2
        if self.source[at : at + 1] == "-" and self.source[at + 1 : at + 2] in set(_SPACE):
            text = text.rstrip(_SPACE)
            at += 1
        inner = self.source[at:].lstrip(_SPACE)
        if inner.startswith("/*"):
            close = self.source.find("*/", at)
            end = self.source.find("}}", close)
            if close < 0 or end < 0:
                raise self.fail("unclosed comment", start)
            self.trims_next = self.source[close + 2 : end].strip() == "-"
            self.at = end + 2
            return text, None, start
        tokens = self.tokens(at)
        return text, tokens, start

    def tokens(self, at: int) -> list[Token]:
        out: list[Token] = []
        source = self.source
        while True:
            if at >= len(source):
                raise self.fail("unclosed action", at)
            if source.startswith("}}", at):
                self.at = at + 2
                return out
            if source[at] in _SPACE:
                stripped = source[at:].lstrip(_SPACE)
                if stripped.startswith("-}}"):
                    self.trims_next = True
                    self.at = len(source) - len(stripped) + 3
                    return out
                at = len(source) - len(stripped)
                continue
            token = self.token(at)
            out.append(token)
            at += len(token.text)

    def quoted(self, at: int) -> Token:
        if self.source[at] == '"':
            found = _STRING.match(self.source, at)
            if not found:
                raise self.fail("unterminated quoted string", at)
            return Token("const", found[0], at, _unquoted(found[0]))
        end = self.source.find("`", at + 1)
        if end < 0:
            raise self.fail("unterminated raw quoted string", at)
        return Token("const", self.source[at : end + 1], at, self.source[at + 1 : end])

    def token(self, at: int) -> Token:
        source, char = self.source, self.source[at]
        if char in {'"', "`"}:
            return self.quoted(at)
        word = _WORD.match(source, at + (char in ".$"))
        if char in ".$":
            if char == "." and word is None and not source[at + 1 : at + 2].isdigit():
                return Token("dot", ".", at)
            if word is not None or char == "$":
                name = char + (word[0] if word else "")
                return Token("field" if char == "." else "var", name, at)
        if word is not None:
            return self.word(word[0], at)
        number = _NUMBER.match(source, at)
        if number:
            text = number[0]
            return Token("const", text, at, int(text) if _is_whole(text) else float(text))
        sign = next((s for s in (":=", "|", "(", ")", ",", "=") if source.startswith(s, at)), None)
        if sign is None:
            raise self.fail(f"bad character U+{ord(char):04X} '{char}'", at)
        return Token("sign", sign, at)

    def word(self, text: str, at: int) -> Token:
        following = self.source[at + len(text) : at + len(text) + 1]
        if following and following not in _SPACE + ".,|:)(}=":
            raise self.fail(f"bad character U+{ord(following):04X} '{following}'", at)
        if text in {"true", "false", "nil"}:
            return Token("const", text, at, {"true": True, "false": False}.get(text))
        if text not in _KEYWORDS and text not in self.functions:
            raise self.fail(f'function "{text}" not defined', at)
        return Token("word", text, at)

    def pipe(self, tokens: list[Token], start: int) -> Pipe:
        signs = [token.text if token.kind == "sign" else "" for token in tokens]
        variables: tuple[str, ...] = ()
        is_assignment = False
        for sign in (":=", "="):
            if sign in signs:
                position = signs.index(sign)
                variables = tuple(t.text for t in tokens[:position] if t.kind == "var")
                tokens, is_assignment = tokens[position + 1 :], sign == "="
                break
        commands, rest = self.commands(tokens, start)
        if rest:
            raise self.fail("unexpected right paren", start)
        return Pipe(commands, variables, is_assignment)

    def commands(
        self, tokens: list[Token], start: int
    ) -> tuple[tuple[tuple[Operand, ...], ...], list[Token]]:
        commands: list[tuple[Operand, ...]] = []
        here: list[Operand] = []
        rest = list(tokens)
        while rest and not (rest[0].kind == "sign" and rest[0].text == ")"):
            token = rest.pop(0)
            if token.kind == "sign" and token.text == "|":
                commands.append(tuple(here))
                here = []
                continue
            operand, rest = self.operand(token, rest, start)
            here.append(operand)
        if here or not commands:
            commands.append(tuple(here))
        if not all(commands):
            raise self.fail("missing value for command", start)
        return tuple(commands), rest

    def operand(self, token: Token, rest: list[Token], start: int) -> tuple[Operand, list[Token]]:
        kind, text, at, value = token.kind, token.text, token.at, token.value
        pipe = None
        if kind == "sign":
            if text != "(":
                raise self.fail(f'unexpected "{text}" in operand', at)
            commands, rest = self.commands(rest, start)
            if not rest:
                raise self.fail("unclosed left paren", at)
            pipe, kind = Pipe(commands), "pipe"
            text = f"({' | '.join(map(command_text, commands))})"
            rest = rest[1:]
        fields = [text[1:]] if kind == "field" else []
        end = token.at + len(token.text)
        while rest and rest[0].kind == "field" and (kind == "pipe" or rest[0].at == end):
            if kind == "field" and len(fields) == 1:
                at = rest[0].at
            fields.append(rest[0].text[1:])
            text += rest[0].text
            end = rest[0].at + len(rest[0].text)
            rest = rest[1:]
        return Operand(kind, text, at, value, tuple(fields), pipe), rest


def _is_whole(text: str) -> bool:
    return text.lstrip("+-").isdigit()


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), text[1:-1])
