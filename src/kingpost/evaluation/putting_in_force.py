"""Fitted parameters come into force under their id; what was in force before stays under another one, for rollback."""

from dataclasses import replace

from kingpost.records import Records
from kingpost.types.evaluation import Parameters

NONE_BEFORE = "nothing"


def put_in_force(records: Records, parameters: Parameters, *, previous: str) -> None:
    """``previous`` is the id under which what was there before is kept."""
    _put(records, previous, records.parameters.find(parameters.id))
    _put(records, parameters.id, parameters)


def take_out(records: Records, id: str, *, previous: str) -> None:
    """Nothing is in force afterwards; no error where nothing was."""
    own = records.parameters.find(id)
    if own is not None:
        _put(records, previous, own)
        records.parameters.delete([id])


def exchange(records: Records, id: str, *, previous: str) -> bool:
    """Put back what was in force before; done twice, all is as it was. False where nothing is kept."""
    before, own = records.parameters.find(previous), records.parameters.find(id)
    if before is None:
        return False
    _put(records, previous, own)
    if before.values:
        _put(records, id, before)
    else:
        records.parameters.delete([id])
    return True


def _put(records: Records, id: str, parameters: Parameters | None) -> None:
    kept = parameters or Parameters(id=id, fingerprint="", fitted_on=NONE_BEFORE, fitted_at="")
    records.parameters.put(id, replace(kept, id=id))
