"""Nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

HEAVY = (
    "torch", "transformers", "trl", "peft", "datasets", "accelerate", "sklearn", "pandas",
    "streamlit", "boto3", "opensearchpy", "onnxruntime", "onnx", "xllamacpp", "ray",
)  # fmt: skip
FOR_HELP = (*HEAVY, "langchain_core", "langsmith", "pydantic", "numpy", "fastapi", "pint", "openpyxl", "tantivy")


def imported_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after ``code``."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in result.stderr.splitlines()}


HELP = """
from kingpost.cli import main
try:
    main({arguments})
except SystemExit as ended:
    assert ended.code == 0
"""


def test_help_imports_nothing_heavy() -> None:
    assert not imported_by(HELP.format(arguments=["--help"])) & set(FOR_HELP)


@pytest.mark.parametrize("arguments", [["ask", "--help"], ["models", "pull", "--help"]])
def test_the_help_of_a_command_imports_nothing_heavy(arguments: list[str]) -> None:
    typer_imports = {"pydantic"}
    assert not imported_by(HELP.format(arguments=arguments)) & (set(FOR_HELP) - typer_imports)


@pytest.mark.parametrize("module", ["kingpost", "kingpost.types.answers", "kingpost.errors", "kingpost.ports"])
def test_the_vocabulary_imports_the_standard_library_only(module: str) -> None:
    assert not imported_by(f"import {module}") & set(FOR_HELP)


def test_the_app_imports_nothing_heavy() -> None:
    assert not imported_by("import kingpost.app") & set(HEAVY)


def test_everything_that_answers_runs_without_torch() -> None:
    rooms = "answering.answerer, kingpost.documents.ingest, kingpost.retrieval.questions, kingpost.evaluation.promotion"
    serving = f"import kingpost.app, kingpost.{rooms}, kingpost.finetuning.training, kingpost.web.api"
    assert not imported_by(serving) & {"torch", "transformers", "trl", "peft", "datasets", "accelerate"}
