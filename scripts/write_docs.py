"""Writes what is generated of the documentation: the README's file tree, docs/settings.md, docs/commands.md."""

import ast
import json
import sys
from collections.abc import Iterator
from enum import EnumMeta
from pathlib import Path

import typer
import typer.core

from kingpost.cli.program import program
from kingpost.settings import Settings, describe

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "kingpost"
BEGIN, END = "<!-- file tree -->", "<!-- end of file tree -->"


def write(folder: Path) -> None:
    """Write the three pages below ``folder``."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    tree = f"{before}{BEGIN}\n```\n{file_tree()}\n```\n{END}{after}"
    (folder / "README.md").write_text(tree, encoding="utf-8")
    (folder / "docs" / "settings.md").write_text(settings_page(), encoding="utf-8")
    (folder / "docs" / "commands.md").write_text(commands_page(), encoding="utf-8")


def file_tree() -> str:
    """The package, one line a file, with the first line of its docstring."""
    lines = ["src/kingpost/"]
    for path in sorted(PACKAGE.rglob("*.py"), key=reading_order):
        depth = len(path.relative_to(PACKAGE).parts) - 1
        if path.name == "__init__.py":
            if depth:
                lines.append(f"{'  ' * depth}{path.parent.name + '/':<{30 - 2 * depth}}{duty(path)}")
        else:
            lines.append(f"{'  ' * (depth + 1)}{path.name:<{28 - 2 * depth}}{duty(path)}")
    return "\n".join(lines)


def reading_order(path: Path) -> list[tuple[bool, str]]:
    """Files of a folder before its folders, ``__init__`` first."""
    parts = path.relative_to(PACKAGE).parts
    keys = [(True, part) for part in parts[:-1]]
    return [*keys, (False, "" if parts[-1] == "__init__.py" else parts[-1])]


def duty(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]


def settings_page() -> str:
    """Every setting with its default."""
    lines = [
        "# Settings",
        "",
        "Written by `scripts/write_docs.py` from `src/kingpost/settings.py`; change them there.",
        "",
        "A setting stands in the workspace's `kingpost.toml`, in the table of its section, or in the environment as",
        "`KINGPOST_SECTION__KEY`, which wins. Unknown names are refused, in the file and in the environment.",
        "",
        "Four variables are no settings: `KINGPOST_WORKSPACE` names the workspace, `KINGPOST_MODELS` the directory of",
        "the model files, `KINGPOST_DATA` a folder of question sets to measure with, `KINGPOST_WRITE_GOLDENS` is for",
        "tests.",
    ]
    section_before = ""
    for section, key, default, description in describe():
        if section != section_before:
            about = (Settings.model_fields[section].annotation.__doc__ or "").strip().splitlines()[0]
            lines += ["", f"## {section}", "", about, "", "| key | default | what it does |", "|---|---|---|"]
            section_before = section
        shown = "unset" if default is None else f"`{json.dumps(default).strip(chr(34))}`"
        lines.append(f"| `{key}` | {shown} | {description} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = [
        "# Commands",
        "",
        "Written by `scripts/write_docs.py` from `kingpost --help`.",
        "",
        "Every command that needs a workspace takes `--workspace DIR`; without it, `KINGPOST_WORKSPACE` or the nearest",
        "`kingpost.toml` upward says which one. With `--json` a command prints one JSON document on standard output,",
        'for an error `{"error": {"code", "message", "next"}}`; progress goes to standard error.',
        "",
        "Exit code 0: done, also when the answer is that the documents do not tell, and when some files of an ingest",
        "failed (unless `--strict`). 1: failed or refused. 2: wrong usage. 130: stopped with Ctrl-C; a line says what",
        "is kept and how to go on.",
    ]
    for title, command in commands(typer.main.get_command(program)):
        lines += ["", f"## kingpost {title}", "", *command_section(title, command)]
    return "\n".join(lines) + "\n"


def commands(group: typer.core.TyperGroup, above: str = "") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def command_section(title: str, command: typer.core.TyperCommand) -> list[str]:
    """What one command does and takes."""
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    usage = " ".join(["kingpost", title, *(metavar(argument) for argument in arguments), "[OPTIONS]"])
    lines = [(command.help or "").strip(), "", "```", usage, "```", ""]
    lines += [f"- `{metavar(argument)}`: {argument.help}" for argument in arguments]
    lines += [f"- `{', '.join(option.opts)}`: {option.help}{choices(option)}" for option in options]
    return lines


def metavar(argument: typer.core.TyperArgument) -> str:
    """How an argument is written in a usage line."""
    name = (argument.metavar or argument.name or "").upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def choices(option: typer.core.TyperOption) -> str:
    """What an option can be, and what it is when it is not given."""
    kind = option.type_descriptor.annotation
    names = [f"`{choice.value}`" for choice in kind] if isinstance(kind, EnumMeta) else []
    one_of = f" One of {', '.join(names)}." if names else ""
    default = option.default
    if default is None or default is False or default == "" or callable(default):
        return one_of
    return f"{one_of} Default: `{default}`."


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
