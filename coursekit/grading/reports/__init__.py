"""What is written of a finished run: results, tables for other systems, pages."""
