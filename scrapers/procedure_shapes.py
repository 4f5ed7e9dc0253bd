"""The answers of the procedure catalogue as far as we rely on them.

Strict about what we need, silent about the rest, which stays in the archive. Source: thousands of
answers captured between June and October 2026; all details had the same 71 members.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from scrapers.keys import Key
from scrapers.records import clean

Text = Annotated[str, Field(strict=True)]
Word = Annotated[Text, AfterValidator(clean)]
"""Of a list that the portal keeps, such as ACTIVE; stored as it is said."""
Milliseconds = Annotated[int, Field(strict=True, ge=0, lt=253_402_275_600_000)]
"""To the end of the year 9999 in Viet Nam; later there is no day."""
Total = Annotated[int, Field(strict=True, ge=0, lt=2**53)]


class ListItem(BaseModel):
    """One procedure of the list."""

    id: Key
    code: Key
    name: Text
    state: Word
    type: Word | None = None
    departmentPromulgate: Text | None = None
    categories: list[Text | None] | None = None


class ListPage(BaseModel):
    """One page of the list; `lastId` is the cursor of the next, `total` the length of the list."""

    items: list[ListItem]
    lastId: Text | None = None
    total: Total


class Proposal(BaseModel):
    """The decision of a procedure. Its `decisionNumber` was never filled; `proposalNumber` is."""

    id: Key
    proposalNumber: Text | None
    decisionDate: Milliseconds | None
    publicationDate: Milliseconds | None


class Category(BaseModel):
    """The field of a procedure."""

    name: Text | None = None
    code: Text | None = None


class Fee(BaseModel):
    """A fee as printed; nobody says in which unit `value` is."""

    type: Text | None = None
    value: int | float | str | None = None
    description: Text | None = None


class Method(BaseModel):
    """One way to hand a dossier in, with its processing time."""

    submissionMethod: Text | None = None
    processingTime: int | float | str | None = None
    processingTimeUnit: Text | None = None
    fees: list[Fee | None] | None = None


class Detail(BaseModel):
    """One procedure, as far as its values are told; `procedure_content` checks the rest."""

    id: Key
    code: Key
    name: Text
    state: Word
    type: Word | None
    departmentPromulgateCode: Text | None
    departmentPromulgateName: Text | None
    categoriesDetails: list[Category | None] | None
    isMinistry: bool | None
    isProvince: bool | None
    isWard: bool | None
    isOtherAgency: bool | None
    isVertical: bool | None
    isFullProcess: bool | None
    cases: list[Any] | None
    executionMethods: list[Method | None] | None
    updatedAt: Milliseconds | None
    procedureProposal: Proposal | None


class Formality(BaseModel):
    """One procedure in `reporting/formalities`, the only call that names withdrawn ones."""

    id: Key
    code: Text
    state: Word


class FormalityPage(BaseModel):
    """One page of `reporting/formalities`."""

    items: list[Formality]
