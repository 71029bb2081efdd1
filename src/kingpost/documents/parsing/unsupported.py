"""What to do with files of kinds that are not read, by their endings."""

from pathlib import PurePosixPath

from kingpost.errors import DocumentError

NEXT = {
    ("7z", "rar", "zst", "lz4", "cab", "iso"): "pack it as .zip, or unpack it and ingest the folder",
    ("dwg", "dxf", "dgn", "rvt", "ifc", "vsd", "vsdx", "stp", "step"): "export the drawing as PDF",
    ("pages", "wpd", "wps", "sxw", "hwp"): "save it as .docx or PDF",
    ("key", "odg"): "export it as PDF",
    ("numbers", "mdb", "accdb", "db", "sqlite", "parquet"): "export its tables as .xlsx or .csv",
    ("json", "jsonl", "yaml", "yml", "toml"): "it is data, not text: export what it says as .csv, .xlsx or Markdown",
    ("gif", "svg", "heic", "psd", "ai", "eps", "emf", "wmf"): "save it as PNG or PDF",
    ("epub", "mobi", "azw3", "djvu", "xps", "ps", "tex"): "convert it to PDF",
    ("mp3", "mp4", "wav", "avi", "mov", "mkv"): "write down what is said in it, and ingest that",
    ("pst", "ost", "mbox"): "save its mails as .eml or .msg",
}
OTHERS = "convert it to PDF, Word, Excel, PowerPoint, HTML, Markdown, CSV or text"


def unsupported(name: str) -> DocumentError:
    """The error for a file of a kind that is not read."""
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    advice = next((advice for suffixes, advice in NEXT.items() if suffix in suffixes), OTHERS)
    return DocumentError(f"{name}: this kind of file is not read", reason="unsupported", next=advice)
