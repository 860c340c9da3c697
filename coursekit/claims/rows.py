"""CLAIMS: every row of the ledger, by number."""

from coursekit.claims import introduction, mechanism, practice, recent, variants
from coursekit.claims.claim import Claim

SECTIONS = {
    "What an introduction promises": introduction.ROWS,
    "How it works, what it gives, where it has trouble": mechanism.ROWS,
    "Alternatives, code, and what is asked most": variants.ROWS,
    "What else is said where it is used": practice.ROWS,
    "Since 2023": recent.ROWS,
}
CLAIMS: dict[int, Claim] = {row.number: row for rows in SECTIONS.values() for row in rows}
