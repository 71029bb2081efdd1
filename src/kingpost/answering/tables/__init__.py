"""Questions to tables: model, values, words and cues, links, programs, proposals, scores, execution, in this order."""
