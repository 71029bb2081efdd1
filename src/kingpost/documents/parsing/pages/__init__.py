"""Pages of a PDF as blocks of placed lines: columns, running heads, clauses, forms, figures, scans."""
