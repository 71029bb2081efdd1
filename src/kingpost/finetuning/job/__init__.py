"""The training job: the only code that imports torch, transformers, trl and peft. The same code runs as a local process and on SageMaker."""
