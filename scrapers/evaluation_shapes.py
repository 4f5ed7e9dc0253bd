"""The answers of `/api/v1/reporting/evaluation/*` as far as we rely on them.

Strict about what we need (a missing or retyped field is FormatChanged, with its path), silent about
the rest, which stays in the archive. Source: answers captured in September and October 2026.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from scrapers.keys import Key

Score = Annotated[float, Field(strict=True, ge=0, le=1000, allow_inf_nan=False)]
Percent = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]


def _whole(value: Any) -> Any:
    """Counts may come as 87.0; anything that is not whole is left for the validator to refuse."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=0, lt=2**53)]
Text = Annotated[str, Field(strict=True, min_length=1)]


class Overview(BaseModel):
    """The head of the ranking: the nation (no code) or the province that was asked for."""

    departmentName: Text
    departmentCode: Key | None
    totalScore: Score
    totalMaxScore: Score
    ratio: Percent


class Headed(BaseModel):
    """Any ranking, as far as it says whose it is."""

    overview: Overview


class RadarAxis(BaseModel):
    """One of five axes; ONLINE_SERVICE joins the groups CLGQ and TTTT."""

    code: Key
    name: Text
    score: Score
    maxScore: Score
    ratio: Percent


class RankingRow(BaseModel):
    """A unit of a province."""

    departmentId: Key
    departmentName: Text
    departmentCode: Key | None = None
    totalScore: Score
    ratio: Percent
    childGroup: str | None = None


class Ranking(Headed):
    """`service-results`."""

    radar: list[RadarAxis]
    evaluation: list[RankingRow]


class NationRow(RankingRow):
    """A province in the nation's table; groups may be missing from it in some periods."""

    departmentCode: Key
    groupScores: dict[str, Score | None]


class NationRanking(Ranking):
    """`service-results` of the whole nation."""

    evaluation: list[NationRow]  # type: ignore[assignment]  # a narrower row than the province's


class Metric(BaseModel):
    """A metric of shape A; numerator, denominator and score may be null, which is not zero."""

    code: Key
    name: Text
    numerator: Count | None
    denominator: Count | None
    ratio: Percent | None
    score: Score | None
    maxScore: Score | None
    dataQualityStatus: str | None = None


class MeasuredUnit(BaseModel):
    """A unit of shape A. Only `dossier-digitized` gives the code."""

    departmentId: Key
    departmentName: Text
    departmentCode: Key | None = None
    departmentType: str | None = None
    totalScore: Score | None
    totalMaxScore: Score | None
    ratio: Percent | None
    metrics: list[Metric]


class Paging(BaseModel):
    """What shape A declares about its length."""

    total: Count
    currentPage: Count
    totalPages: Count


class Measured(BaseModel):
    """Shape A: transparency, dossier-digitized, handling-satisfaction."""

    overview: MeasuredUnit
    evaluation: list[MeasuredUnit]
    pagination: Paging | None = None


class TreeUnit(BaseModel):
    """What every node of shape B has."""

    departmentId: Key
    departmentName: Text
    departmentCode: Key | None = None
    level: str | None = None
    ratio: Percent | None


class ScoredNode(TreeUnit):
    """A node that prints totalScore and totalMaxScore."""

    totalScore: Score | None
    totalMaxScore: Score | None


class ProgressCounts(BaseModel):
    """Counts of dvc-progress-tree: received and on time in the period."""

    totalReceived: Count | None
    totalOnTime: Count | None


class ProgressParent(ScoredNode, ProgressCounts):
    """The province in dvc-progress-tree; it prints no overdue count."""


class ProgressChild(TreeUnit, ProgressCounts):
    """A unit in dvc-progress-tree: here, and only here, the score is called `score`."""

    totalOverdue: Count | None
    score: Score | None
    maxScore: Score | None


class ProvisionParent(ScoredNode):
    """The province in provide-online-tree; only it prints counts."""

    authorityCount: Count | None
    partialCount: Count | None
    fullCount: Count | None
    onlineDossierCount: Count | None
    onlineServiceTotal: Count | None
    channelOnlineSum: Count | None
    channelTotalSum: Count | None


class PaymentNode(ScoredNode):
    """The province or a unit in formality-online-payment-tree."""

    totalDossierOnlinePaymentSuccess: Count | None
    totalDossierFinancialObligation: Count | None
    totalDossierOnlineFormalityPaymentSuccess: Count | None
    totalFeeDossierFormalityDistinct: Count | None
    totalFeeDossierFormality: Count | None
    totalFeeFormality: Count | None


Parent = TypeVar("Parent", bound=TreeUnit)
Child = TypeVar("Child", bound=TreeUnit)


class Tree(BaseModel, Generic[Parent, Child]):
    """Shape B: dvc-progress-tree, provide-online-tree, formality-online-payment-tree."""

    parent: Parent
    children: list[Child]


AnyTree = TypeVar("AnyTree", bound=Tree[Any, Any])

Progress = Tree[ProgressParent, ProgressChild]
Provision = Tree[ProvisionParent, ScoredNode]
Payment = Tree[PaymentNode, PaymentNode]
