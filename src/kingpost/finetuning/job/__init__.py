"""The training job, the only code that imports torch, transformers and peft: base_model -> packing -> train -> adapter.

``python -m kingpost.finetuning.job --config job.json`` reads ``dataset`` (JSONL), ``base`` (GGUF), ``output`` (a
directory), ``recipe`` (its numbers) and ``parent`` (the process to die with, or null). It writes a JSON line to
standard output for each step (``progress``) or for what stopped it (``error``), and leaves ``adapter.gguf``,
``reference.json`` and, last, ``manifest.json`` in the output directory: a manifest means that all is there.
SIGINT and SIGTERM end it after the step under way, with a checkpoint from which the same command goes on.
"""

EXIT_FAILED = 1
EXIT_MISSING_EXTRA = 3
EXIT_INTERRUPTED = 130

ADAPTER, REFERENCE, MANIFEST = "adapter.gguf", "reference.json", "manifest.json"
"""What a finished job leaves in its output directory, in the order in which it is written."""
