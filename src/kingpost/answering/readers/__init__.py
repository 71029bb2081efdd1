"""How passages become an answer: extractive (a quote) and generative (the model's words, checked)."""
