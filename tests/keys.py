"""Finds the text keys that the code names, so that none is missing from the catalogues and none lies there unused."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.sources import Source

ASKERS = {"text", "Refusal", "Text"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Use:
    """One place where code names a text: a pattern of its key, and the values it hands over (None: not to be seen)."""

    where: str
    pattern: str
    values: frozenset[str] | None

    def fits(self, key: str) -> bool:
        """Tells whether this may mean the key."""
        return re.fullmatch(self.pattern, key) is not None


def named_texts(source: Source) -> set[Use]:
    """Gives every text that a file asks for: `text("me.zone")`, `Refusal(f"not.{why}")`, `text(key)`."""
    imports = (
        node for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom) and node.module == "bot.texts"
    )
    askers = {name.asname or name.name for node in imports for name in node.names if name.name in ASKERS}
    return {use for scope in scopes(source.tree) for use in uses_in(source, scope, askers)}


def scopes(tree: ast.Module) -> Iterator[ast.Module | Function]:
    """Gives the module and every function in it."""
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def uses_in(source: Source, scope: ast.Module | Function, askers: set[str]) -> Iterator[Use]:
    """Gives the texts named in one scope; a key in a variable is followed to its assignments within a function."""
    assigned = assignments(scope) if isinstance(scope, Function) else {}
    for call in ast.walk(scope):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in askers and call.args:
            key = call.args[0]
            meant = assigned.get(key.id, []) if isinstance(key, ast.Name) else [key]
            for pattern in (pattern for node in meant for pattern in patterns(node)):
                yield Use(source.at(call, call.func.id), pattern, values_of(call))


def assignments(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Gives what each plain variable of a function is set to."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def values_of(call: ast.Call) -> frozenset[str] | None:
    """Names the values of a call, or None when they are unpacked from somewhere."""
    names = [keyword.arg for keyword in call.keywords]
    if len(call.args) > 1 or None in names:
        return None
    return frozenset(name for name in names if name)


def patterns(node: ast.expr) -> Iterator[str]:
    """Gives the keys that an expression may mean, as regular expressions; nothing when it is all value."""
    if isinstance(node, ast.IfExp):
        yield from (*patterns(node.body), *patterns(node.orelse))
    elif isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp) and (pattern := glued(node)) != ".+":
        yield pattern


def glued(node: ast.expr) -> str:
    """Gives the pattern of a key put together from literals and values, such as `menu\\..+\\.button`."""
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(map(glued, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return glued(node.left) + glued(node.right)
    return ".+"


def mentioned(sources: list[Source]) -> tuple[set[str], set[str]]:
    """Gives every string literal, and the pattern of every string glued to a literal that ends a part of a key."""
    nodes = [node for source in sources for node in ast.walk(source.tree)]
    literals = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    glues = {glued(node) for node in nodes if isinstance(node, ast.JoinedStr | ast.BinOp)}
    return literals, {pattern for pattern in glues if re.match(r"[a-z_]+(\\\.[a-z_]+)*\\\.\.\+", pattern)}


def unused(keys: set[str], sources: list[Source]) -> list[str]:
    """Gives the keys that no code can mean."""
    literals, glues = mentioned(sources)
    return sorted(key for key in keys - literals if not any(re.fullmatch(glue, key) for glue in glues))


def missing(wanted: dict[str, set[str]], sources: list[Source]) -> list[str]:
    """Says which named texts do not exist, or are named without a value they want; `wanted` gives values by key."""
    return [
        saying for source in sources for use in sorted(named_texts(source), key=str) for saying in lacks(use, wanted)
    ]


def lacks(use: Use, wanted: dict[str, set[str]]) -> Iterator[str]:
    """Says what one named text lacks."""
    meant = [key for key in wanted if use.fits(key)]
    if not meant:
        yield f"{use.where}: no text fits {use.pattern}"
    elif use.values is not None and use.pattern == re.escape(meant[0]):  # a glued key may not mean all that fit it
        absent = wanted[meant[0]] - use.values
        yield from [f"{use.where}: {meant[0]} wants {sorted(absent)}"] if absent else []
