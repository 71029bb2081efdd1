"""Sheets of workbooks: stored cells as shown, tables, forms, charts and notes with their places."""
