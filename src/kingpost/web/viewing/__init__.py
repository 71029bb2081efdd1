"""What the viewer shows: opening the cited revision -> page images, sheet regions, sections of text."""
