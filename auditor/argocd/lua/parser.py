"""The grammar of Lua: tokens to a tree of tuples, the first item of which names the node."""

from dataclasses import dataclass
from typing import Any

from auditor.argocd.lua.lexer import BINARY, BLOCK_ENDS, UNARY, Token, tokens
from auditor.argocd.lua.values import LuaError, number

Node = tuple[Any, ...]

_DEEPEST = 150


def parse(script: str) -> list[Node]:
    """Return the statements of a script. Raises LuaError."""
    parser = _Parser(list(tokens(script)))
    block = parser.block()
    parser.expect("eof")
    return block


@dataclass(slots=True)
class _Parser:
    tokens: list[Token]
    position: int = 0
    depth: int = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        found = self.token
        self.position += 1
        return found

    def accept(self, kind: str) -> bool:
        if self.token.kind == kind:
            self.position += 1
            return True
        return False

    def expect(self, kind: str) -> Token:
        if self.token.kind != kind:
            raise LuaError(
                f"<string> line:{self.token.line} near '{self.token.value}':   parse error\n"
            )
        return self.tokens[self.position] if kind == "eof" else self.take()

    def block(self) -> list[Node]:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise LuaError(f"<string> line:{self.token.line}:   nested too deep\n")
        found: list[Node] = []
        while self.token.kind not in BLOCK_ENDS:
            if self.token.kind == "return":
                found.append(self._return())
                break
            statement = self._statement()
            if statement is not None:
                found.append(statement)
        self.depth -= 1
        return found

    def _return(self) -> Node:
        line = self.take().line
        is_bare = self.token.kind in BLOCK_ENDS or self.token.kind == ";"
        values = [] if is_bare else self._expressions()
        self.accept(";")
        return ("return", values, line)

    def _statement(self) -> Node | None:
        line = self.token.line
        match self.token.kind:
            case ";":
                self.take()
                return None
            case "if":
                return self._if()
            case "while":
                self.take()
                condition = self.expression()
                return ("while", condition, self._body("do"), line)
            case "do":
                return ("do", self._body("do"), line)
            case "for":
                return self._for()
            case "repeat":
                self.take()
                body = self.block()
                self.expect("until")
                return ("repeat", body, self.expression(), line)
            case _:
                return self._simple(line)

    def _simple(self, line: int) -> Node:
        match self.token.kind:
            case "function":
                return self._function(line)
            case "local":
                return self._local(line)
            case "break":
                self.take()
                return ("break", line)
            case "goto":
                self.take()
                return ("goto", self.expect("name").value, line)
            case "::":
                self.take()
                name = self.expect("name").value
                self.expect("::")
                return ("label", name, line)
            case _:
                return self._assignment(line)

    def _body(self, opening: str) -> list[Node]:
        self.expect(opening)
        body = self.block()
        self.expect("end")
        return body

    def _if(self) -> Node:
        line = self.token.line
        arms: list[tuple[Node, list[Node]]] = []
        otherwise: list[Node] = []
        while self.token.kind in {"if", "elseif"}:
            self.take()
            condition = self.expression()
            self.expect("then")
            arms.append((condition, self.block()))
        if self.accept("else"):
            otherwise = self.block()
        self.expect("end")
        return ("if", arms, otherwise, line)

    def _for(self) -> Node:
        line = self.take().line
        names = [self.expect("name").value]
        if self.accept("="):
            bounds = self._expressions()
            return ("numeric", names[0], bounds, self._body("do"), line)
        while self.accept(","):
            names.append(self.expect("name").value)
        self.expect("in")
        values = self._expressions()
        return ("generic", names, values, self._body("do"), line)

    def _function(self, line: int) -> Node:
        self.take()
        target: Node = ("name", self.expect("name").value, line)
        is_method = False
        while self.token.kind in {".", ":"} and not is_method:
            is_method = self.take().kind == ":"
            target = ("index", target, ("constant", self.expect("name").value), line)
        return ("assign", [target], [self._closure(is_method=is_method)], line)

    def _local(self, line: int) -> Node:
        self.take()
        if self.accept("function"):
            name = self.expect("name").value
            return ("localfunction", name, self._closure(is_method=False), line)
        names = [self.expect("name").value]
        while self.accept(","):
            names.append(self.expect("name").value)
        values = self._expressions() if self.accept("=") else []
        return ("local", names, values, line)

    def _assignment(self, line: int) -> Node:
        first = self._suffixed()
        if self.token.kind not in {"=", ","}:
            if first[0] not in {"call", "method"}:
                self.expect("=")
            return ("do_call", first, line)
        targets = [first]
        while self.accept(","):
            targets.append(self._suffixed())
        self.expect("=")
        if any(target[0] not in {"name", "index"} for target in targets):
            raise LuaError(f"<string> line:{line}:   cannot assign\n")
        return ("assign", targets, self._expressions(), line)

    def _closure(self, *, is_method: bool) -> Node:
        self.expect("(")
        names = ["self"] if is_method else []
        is_open = False
        while self.token.kind != ")":
            if self.accept("..."):
                is_open = True
            else:
                names.append(self.expect("name").value)
            if not self.accept(","):
                break
        self.expect(")")
        body = self.block()
        self.expect("end")
        return ("function", names, is_open, body)

    def _expressions(self) -> list[Node]:
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        return found

    def expression(self, limit: int = 0) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise LuaError(f"<string> line:{self.token.line}:   nested too deep\n")
        line = self.token.line
        if self.token.kind in {"not", "-", "#"}:
            operator = self.take().kind
            left: Node = ("unary", operator, self.expression(UNARY), line)
        else:
            left = self._primary()
        while self.token.kind in BINARY and BINARY[self.token.kind][0] > limit:
            operator = self.take().kind
            right = self.expression(BINARY[operator][1])
            left = ("binary", operator, left, right, line)
        self.depth -= 1
        return left

    def _primary(self) -> Node:
        token = self.token
        constants = {"nil": None, "true": True, "false": False}
        if token.kind in constants:
            self.take()
            return ("constant", constants[token.kind])
        match token.kind:
            case "number":
                return ("constant", number(self.take().value))
            case "string":
                return ("constant", self.take().value)
            case "...":
                self.take()
                return ("varargs",)
            case "function":
                self.take()
                return self._closure(is_method=False)
            case "{":
                return self._table()
            case _:
                return self._suffixed()

    def _suffixed(self) -> Node:
        line = self.token.line
        if self.accept("("):
            found: Node = ("paren", self.expression())
            self.expect(")")
        else:
            found = ("name", self.expect("name").value, line)
        while True:
            line = self.token.line
            match self.token.kind:
                case ".":
                    self.take()
                    found = ("index", found, ("constant", self.expect("name").value), line)
                case "[":
                    self.take()
                    found = ("index", found, self.expression(), line)
                    self.expect("]")
                case ":":
                    self.take()
                    name = self.expect("name").value
                    found = ("method", found, name, self._arguments(), line)
                case "(" | "string" | "{":
                    found = ("call", found, self._arguments(), line)
                case _:
                    return found

    def _arguments(self) -> list[Node]:
        if self.token.kind == "string":
            return [("constant", self.take().value)]
        if self.token.kind == "{":
            return [self._table()]
        self.expect("(")
        found = [] if self.token.kind == ")" else self._expressions()
        self.expect(")")
        return found

    def _table(self) -> Node:
        self.expect("{")
        fields: list[tuple[Node | None, Node]] = []
        while self.token.kind != "}":
            fields.append(self._field())
            if not (self.accept(",") or self.accept(";")):
                break
        self.expect("}")
        return ("table", fields)

    def _field(self) -> tuple[Node | None, Node]:
        if self.accept("["):
            key = self.expression()
            self.expect("]")
            self.expect("=")
            return key, self.expression()
        following = self.tokens[self.position + 1].kind if self.token.kind == "name" else ""
        if following == "=":
            name: Node = ("constant", self.take().value)
            self.take()
            return name, self.expression()
        return None, self.expression()
