"""How often a check names the cause of what a published tool's operators break, and how well."""
