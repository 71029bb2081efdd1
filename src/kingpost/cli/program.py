"""Puts the commands together, and is the one door where errors become a line and an exit code."""

import errno
import logging
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import typer

from kingpost import __version__
from kingpost.cli import (
    ask,
    dataset,
    decisions,
    demo,
    doctor,
    documents,
    evaluate,
    feedback,
    finetune,
    ingest,
    models,
    questions,
    replay,
    review,
    search,
    serve,
    settings,
    workspace,
)
from kingpost.cli.terminal import Stopped, complain
from kingpost.errors import KingpostError, OutOfSpace, UsageError
from kingpost.language.normalise import is_unicode

INTERRUPTED = 130
program = typer.Typer(
    name="kingpost",
    help="Answers that bear load: ask your technical documents.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
VERBS: dict[str, Callable[..., None]] = {
    "init": workspace.init,
    "ingest": ingest.ingest,
    "search": search.search,
    "ask": ask.ask,
    "replay": replay.replay,
    "decisions": decisions.decisions,
    "serve": serve.serve,
    "finetune": finetune.finetune,
    "evaluate": evaluate.evaluate,
    "compare": evaluate.compare,
    "validate": evaluate.validate,
    "calibrate": evaluate.calibrate,
    "doctor": doctor.doctor,
    "demo": demo.demo,
}
NOUNS = {
    "documents": documents.commands,
    "feedback": feedback.commands,
    "review": review.commands,
    "questions": questions.commands,
    "dataset": dataset.commands,
    "models": models.commands,
    "settings": settings.commands,
}
for name, command in VERBS.items():
    program.command(name)(command)
for name, group in NOUNS.items():
    program.add_typer(group, name=name)


def show_version(value: bool) -> None:
    """Print the version and end."""
    if value:
        typer.echo(f"kingpost {__version__}")
        raise typer.Exit


@program.callback()
def options(version: bool = typer.Option(False, "--version", callback=show_version, is_eager=True)) -> None:
    """Answers that bear load: ask your technical documents."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed or refused, 2 wrong usage, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr)
    sys.exit(run(words, as_json="--json" in words))


def run(words: list[str], *, as_json: bool) -> int:
    """The exit code of a command; every error is told in one place."""
    try:
        refuse_half_characters(words)
        code = program(args=words, prog_name="kingpost", standalone_mode=False)
    except KingpostError as error:
        complain(error.message, next=error.next, code=error.code, as_json=as_json)
        return error.exit_code
    except Stopped as stopped:
        complain(stopped.message, next=stopped.next, code="interrupted", as_json=as_json)
        return INTERRUPTED
    except typer.TyperException as error:
        complain(error.format_message(), next=f"see: {help_for(words)}", code="usage", as_json=as_json)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the door: whatever it is, the user gets a line, and the log the rest
        return unexpected(error, as_json=as_json)
    if code == INTERRUPTED:
        complain("stopped", next="nothing is half-written; run it again", code="interrupted", as_json=as_json)
    return int(code or 0)


def refuse_half_characters(words: Sequence[str]) -> None:
    """Raise ``UsageError`` for a word that is no text, as the wrong encoding makes it, and no name of a file either."""
    for number, word in enumerate(words, start=1):
        if not is_unicode(word) and not _is_there(word):
            raise UsageError(
                f"word {number} of the command is not Unicode text",
                next="type it again; if it looks right, set the terminal to UTF-8 (see: locale)",
            )


def _is_there(name: str) -> bool:
    """Whether there is such a file; what is too long to be the name of one is none."""
    with suppress(OSError):
        return Path(name).exists()
    return False


def help_for(words: Sequence[str]) -> str:
    """The command that tells how the words ought to be."""
    return f"kingpost {words[0]} --help" if words and words[0] in VERBS | NOUNS else "kingpost --help"


def unexpected(error: Exception, *, as_json: bool) -> int:
    """One line for an error that nobody foresaw, and its trace in a file."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        full = OutOfSpace(f"the disk is full: {error.filename or error}", next="free some space and run it again")
        complain(full.message, next=full.next, code=full.code, as_json=as_json)
        return full.exit_code
    with tempfile.NamedTemporaryFile("w", prefix="kingpost-", suffix=".log", delete=False, encoding="utf-8") as trace:
        trace.write("".join(traceback.format_exception(error)))
    message = str(error) if isinstance(error, OSError) else f"unexpected {type(error).__name__}: {error}"
    complain(message, next=f"the details are in {Path(trace.name)}", code="failed", as_json=as_json)
    return 1
