"""What documents call things is known as soon as they are ingested, to those who may read them, and goes with them."""

from pathlib import Path

import pytest
from test_ingest import House

from kingpost.backends.memory import MemoryRecords
from kingpost.documents.sources.folder import FolderSource
from kingpost.language.slots import differences, slots
from kingpost.records import Records
from kingpost.retrieval.vocabularies import Vocabularies
from kingpost.types.documents import EVERYONE

PUMPS = """# Pumps

Failures are found by a Failure Mode and Effects Analysis (FMEA). MTBF: mean time between failures.

## Fire pump

It is tested weekly.

## Jockey pump

Causes of its failure:

- worn impeller
- seal leak

| Machine | Sensor |
| --- | --- |
| cooling tower | vibration |
| gas turbine | oil debris |
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(folder=tmp_path)
    house.write("pumps.md", PUMPS)
    house.ingestor.ingest(FolderSource(tmp_path))
    return house


@pytest.mark.parametrize(
    ("known", "asked", "place"),
    [
        ("Which sensor has the cooling tower?", "Which sensor has the gas turbine?", '"Machine" of pumps.md'),
        ("What limit holds for oil debris here?", "What limit holds for vibration here?", '"Sensor" of pumps.md'),
        ("How often is the fire pump tested?", "How often is the jockey pump tested?", '"... pump" of pumps.md'),
        ("What remedies a worn impeller in it?", "What remedies a seal leak in it?", '"Jockey pump" of pumps.md'),
    ],
)
def test_siblings_of_columns_headings_and_lists_are_told_apart(house, known, asked, place):
    words = Vocabularies(records=house.records).of(EVERYONE)
    [reason] = differences(slots(known), slots(asked), words)
    assert place in reason


def test_abbreviations_are_known_from_brackets_and_from_definitions(house):
    words = Vocabularies(records=house.records).of(EVERYONE)
    assert words.expand("When is the FMEA due?") == "When is the Failure Mode and Effects Analysis due?"
    assert words.expand("What MTBF has it?") == "What mean time between failures has it?"


def test_who_may_not_read_a_document_is_not_told_its_names(house):
    assert Vocabularies(records=house.records).of(("others",)).entries == {}


def test_names_change_with_the_document_and_leave_with_it(house):
    words = Vocabularies(records=house.records)
    before = words.of(EVERYONE)
    house.write("pumps.md", PUMPS.replace("gas turbine", "steam engine"))
    house.ingestor.ingest(FolderSource(house.folder), verify=True)
    now = words.of(EVERYONE)
    assert before.terms("a gas turbine")[0].text == "gas turbine"
    assert not now.terms("a gas turbine")
    assert now.terms("a steam engine")
    (house.folder / "pumps.md").unlink()
    house.ingestor.ingest(FolderSource(house.folder), allow_empty=True)
    assert words.of(EVERYONE).entries == {}
    assert not any(
        True for partition in house.records.terms.partitions() for _ in house.records.terms.all(partition=partition)
    )


class LeavesWhileRead(MemoryRecords):
    """What is read of a document that leaves meanwhile: its record was there, its passages are not any more."""

    leaves = True

    def texts(self, table, partition, ids=None):
        if self.leaves and table == "chunks":
            self.delete("documents", "all")
            self.delete("chunks", partition)
        return super().texts(table, partition, ids)


def test_what_was_read_of_a_document_while_it_was_removed_is_forgotten(house):
    [document] = house.records.documents.all()
    chunks = {chunk.id: chunk for chunk in house.records.chunks.all(partition=document.id)}
    records = Records(LeavesWhileRead())
    words = Vocabularies(records=records)
    records.documents.put(document.id, document)
    records.chunks.put_all(chunks, partition=document.id)
    assert words.of(EVERYONE).entries == {}
    records.store.leaves = False
    records.documents.put(document.id, document)
    records.chunks.put_all(chunks, partition=document.id)
    assert words.of(EVERYONE).terms("a gas turbine"), "it is there again, the same revision"
    assert words.of(EVERYONE) is words.of(EVERYONE)
