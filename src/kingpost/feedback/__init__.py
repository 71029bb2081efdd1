"""What users said of answers and what became of it: journal -> review -> question bank."""
