"""Question validation, stage by stage: pure functions over what the bank, the verifier and the bound say.

compared (what is known of a candidate) <- guard (slots agree) <- verification (at most four go to the verifier, each
under its bound) -> servability (current, approved or trained) -> nearby ("did you mean") -> telling (verdict in words).
``routing`` leads a question through them.
"""
