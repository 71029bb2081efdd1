from kingpost.answering.citations import cite_span
from kingpost.answering.places import stands
from kingpost.evaluation.profiles import given_passages
from kingpost.types.evaluation import EvaluationQuestion

LOADS = "Halls carry 5 kN/m2. Racks stand 1,200 mm apart."


def test_a_quote_of_a_passage_that_stood_in_the_row_stands_at_its_own_characters() -> None:
    asked = EvaluationQuestion(id="a", question="How far apart?", answers=(), passages=("Fire doors are shut.", LOADS))
    given = given_passages(asked)
    [citation] = cite_span(given[1], LOADS.index("Racks"), len(LOADS))
    assert citation.location.span == (LOADS.index("Racks"), len(LOADS))  # type: ignore[union-attr]
    assert stands(citation, [given[1].chunk])
    assert not stands(citation, [given[0].chunk])
