"""Reads our own source files and says where they break a house rule that no tool knows.

Every check takes one `Source` and gives one line per breach, so that a check can be tested on a few words of bad code.
"""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_FUNCTION = 40  # lines, docstring not counted
LONGEST_FILE = 400

PRINTS = ("bot/__main__.py", "tests/bench/")
SPEAKS_SQL = re.compile(
    r"bot/(\w+/)*store\.py|bot/database/\w+\.py|bot/turn\.py|(migrations|tests)/.*"
)  # turn.py names a type only
SPEAKS_TELEGRAM = re.compile(r"bot/chat/.*|bot/app\.py|tests/.*")
IS_RULES = re.compile(
    r"bot/\w+/(counting/\w+|(rules|normalise|release|budget|draws|schedule|electorates|roles|deciding|presets))\.py"
)

LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGERS = {"log", "logger", "logging"}
CLOCKS = {"now", "utcnow", "today"}
CHANCE_AND_TIME = {"random", "secrets", "time"}
MUTED = re.compile(r"#\s*(noqa|type:\s*ignore)\b", re.IGNORECASE)
REASONED = re.compile(r"#\s*(noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])\s+#\s*\w.{4,}")
# Written as patterns that do not match themselves. A registry or a folder of one machine is of no use to anybody else.
FOREIGN = re.compile(
    r"\b(?:py[p]i|python[h]osted|npm[j]s|crates|docker)\.(?:org|io|com)\b"
    r"|--(?:(?:extra-)?index-url|find-links)\b"
    r"|(?<![\w./-])/(?:wor[k]|root|home/\w+|Users/\w+|opt/py[p]i[\w-]*|opt/wheels)/"
)


@dataclass(frozen=True)
class Source:
    """One Python file: its path within the project, and its words."""

    path: str
    words: str

    @cached_property
    def tree(self) -> ast.Module:
        """Gives the parsed file."""
        return ast.parse(self.words)

    def at(self, node: ast.AST, saying: str) -> str:
        """Gives a line that an editor can jump to."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {saying}"

    def calls(self) -> Iterator[ast.Call]:
        """Gives every call in the file."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def tracked() -> list[Path]:
    """Lists the files that belong to the project: what git knows or would take; without git, all but hidden ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        listed = [
            str(path) for path in found if not any(part[0] == "." or part == "__pycache__" for part in path.parts)
        ]
    return sorted(ROOT / name for name in listed if (ROOT / name).is_file())


def sources(*folders: str) -> list[Source]:
    """Reads the Python files under some folders of the project."""
    paths = (path.relative_to(ROOT).as_posix() for path in tracked() if path.suffix == ".py")
    return [Source(path, (ROOT / path).read_text()) for path in paths if path.split("/")[0] in folders]


def unexplained_mutes(source: Source) -> list[str]:
    """A muted warning names its rule and its reason: `# noqa: CODE  # reason`, `# type: ignore[code]  # reason`."""
    tokens = tokenize.generate_tokens(io.StringIO(source.words).readline)
    comments = (token for token in tokens if token.type == tokenize.COMMENT)
    bad = (token for token in comments if MUTED.search(token.string) and not REASONED.search(token.string))
    return [f"{source.path}:{token.start[0]}: muted without a rule and a reason: {token.string}" for token in bad]


def prints(source: Source) -> list[str]:
    """Only the program's entry and the benches print; everything else returns, logs or sends."""
    if source.path.startswith(PRINTS):
        return []
    bad = (call for call in source.calls() if isinstance(call.func, ast.Name) and call.func.id == "print")
    return [source.at(call, "prints") for call in bad]


def sql_out_of_place(source: Source) -> list[str]:
    """SQL stands in stores, in bot/database and in migrations."""
    return [] if SPEAKS_SQL.fullmatch(source.path) else imports_of(source, {"sqlalchemy", "sqlite3", "asyncpg"})


def telegram_out_of_place(source: Source) -> list[str]:
    """Telegram's library stays in bot/chat and bot/app.py."""
    return [] if SPEAKS_TELEGRAM.fullmatch(source.path) else imports_of(source, {"telegram"})


def imports_of(source: Source, packages: set[str]) -> list[str]:
    """Says where a file imports one of the packages, at any depth and in any way."""
    return [
        source.at(node, f"imports {name}")
        for node in ast.walk(source.tree)
        for name in imported(node)
        if name.split(".")[0] in packages
    ]


def imported(node: ast.AST) -> list[str]:
    """Names the modules that one statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def sentences(source: Source) -> list[str]:
    """Conversations name a text by its key; its words stand in locales/. Docstrings and log lines are exempt."""
    silent = {id(part) for node in ast.walk(source.tree) for part in unspoken(node)}
    spoken = ((node, literal(node)) for node in ast.walk(source.tree) if id(node) not in silent)
    return [source.at(node, f"a sentence in code: {said!r}") for node, said in spoken if words_in(said) > 2]


def literal(node: ast.AST) -> str:
    """Gives what a string literal says; of an f-string the parts that are written out."""
    if isinstance(node, ast.JoinedStr):
        return " ".join(literal(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def words_in(said: str) -> int:
    """Counts words: parts between spaces that hold a letter."""
    return sum(any(map(str.isalpha, part)) for part in said.split())


def unspoken(node: ast.AST) -> Iterator[ast.AST]:
    """Gives the literals that nobody is told by themselves: docstrings, templates of log lines, parts of f-strings."""
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.Call) and logs(node):
        yield from node.args
    if isinstance(node, ast.JoinedStr):
        yield from node.values


def long_functions(source: Source) -> list[str]:
    """A function fits on a screen."""
    functions = (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    lengths = ((node, length(node)) for node in functions)
    return [source.at(node, f"{node.name} has {lines} lines") for node, lines in lengths if lines > LONGEST_FUNCTION]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Counts a function's lines without its decorators and docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def long_files(source: Source) -> list[str]:
    """A file can be read in one sitting."""
    lines = len(source.words.splitlines())
    return [f"{source.path}:1: {lines} lines"] if lines > LONGEST_FILE else []


def logs(call: ast.Call) -> bool:
    """Tells whether a call writes to a log: `log.info(...)`, `self._logger.error(...)`, `logging.warning(...)`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in LOG_METHODS:
        return False
    on = call.func.value
    name = on.attr if isinstance(on, ast.Attribute) else on.id if isinstance(on, ast.Name) else ""
    return name.strip("_").lower() in LOGGERS


def log_lines_with_values(source: Source) -> list[str]:
    """A log line is a literal template, so that the formatter can leave its values out (spikes: log safety)."""
    calls = (call for call in source.calls() if logs(call) and call.args)
    bad = (
        call for call in calls if not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str))
    )
    return [source.at(call, "the log line is not a plain literal") for call in bad]


def clocks_and_chance(source: Source) -> list[str]:
    """Rules get the moment and chance as arguments: they can be tested in a line, and checked by anybody."""
    if not IS_RULES.fullmatch(source.path):
        return []
    methods = ((call, call.func) for call in source.calls())
    clocks = (call for call, method in methods if isinstance(method, ast.Attribute) and method.attr in CLOCKS)
    return imports_of(source, CHANCE_AND_TIME) + [source.at(call, "reads a clock of its own") for call in clocks]


def foreign_places(path: str, words: str) -> list[str]:
    """Nothing names a package registry or a folder of one machine."""
    lines = enumerate(words.splitlines(), 1)
    return [f"{path}:{number}: names {found[0]}" for number, line in lines if (found := FOREIGN.search(line))]
