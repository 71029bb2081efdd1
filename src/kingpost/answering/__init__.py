"""Validates, answers, cites, says how sure it is.

conversation -> routing (verifier) -> readers -> citations -> confidence -> answerer
"""
