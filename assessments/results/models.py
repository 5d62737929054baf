"""What a closed round came to, frozen: written once by `closing`, never changed."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from assessments.clinics.guards import frozen
from assessments.rounds.models import FINISHED, Round
from readiness.guidance.flags import Level
from readiness.scoring.bands import Band
from readiness.scoring.release import MIN_PEOPLE, Side
from readiness.scoring.score import ScoreStatus

_FROZEN: Final = "A finished assessment is never changed."
_ROUND: Final = "(SELECT round_id FROM results_result WHERE id = {row}.result_id)"
_OF_FROZEN: Final = frozen(_FROZEN, insert=f"{FINISHED} = {_ROUND.format(row='NEW')})", of_round=_ROUND)
"""Guard what is frozen with a result: it is written while the round closes, and no row is added later."""


class Result(models.Model):
    """The outcome of a closed round, with the versions of everything that made it.

    `offers` keeps the options that were offered: a list of {"key", "for", "kind", "basis", "items"}.
    """

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="result")
    guidance_version = models.PositiveSmallIntegerField()
    algorithm_version = models.PositiveSmallIntegerField()
    offers = models.JSONField()
    frozen_at = models.DateTimeField()

    guard: ClassVar = frozen(_FROZEN, insert=f"{FINISHED} = NEW.round_id)", of_round="{row}.round_id")

    def __str__(self) -> str:
        return f"Result of {self.round_id}"


class ResultScore(models.Model):
    """The frozen score of one topic, takeaway or CFIR domain of the clinic form, or of one topic of the team talk.

    The clinic form is also scored over the questions of a topic that the team is asked as well: the side of the
    managers where views are compared.
    """

    class View(models.TextChoices):
        """By what the items are grouped."""

        DOMAIN = "domain", "Topic"
        TAKEAWAY = "takeaway", "Takeaway"
        CFIR = "cfir", "CFIR domain"
        SHARED = "shared", "Topic, over what the team is asked as well"

    class Form(models.TextChoices):
        """Which of the forms that are not secret."""

        CLINIC = "clinic", "Clinic form"
        JOINT = "joint", "Team talk"

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="scores")
    form = models.CharField(max_length=10, choices=Form, default=Form.CLINIC)
    view = models.CharField(max_length=10, choices=View)
    key = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    score = models.FloatField(null=True)  # 0-100, unrounded; None: not scored
    status = models.CharField(max_length=12)
    band = models.CharField(max_length=10, blank=True)
    n_items = models.PositiveSmallIntegerField()
    n_applicable = models.PositiveSmallIntegerField()
    n_valid = models.PositiveSmallIntegerField()
    n_dont_know = models.PositiveSmallIntegerField()
    n_not_applicable = models.PositiveSmallIntegerField()
    n_blank = models.PositiveSmallIntegerField()
    n_no_agreement = models.PositiveSmallIntegerField(default=0)  # the team talk's "We do not agree"

    guard: ClassVar = _OF_FROZEN

    class Meta:
        ordering: ClassVar = ["form", "view", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["result", "form", "view", "key"], name="result_score_once"),
            models.CheckConstraint(
                condition=models.Q(form="clinic", n_no_agreement=0) | models.Q(form="joint", view="domain"),
                name="result_score_form_known",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100),
                name="result_score_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True, band="") | (models.Q(score__isnull=False) & ~models.Q(band="")),
                name="result_score_band_iff_score",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ScoreStatus.NOT_SCORED.value, score__isnull=True)
                | models.Q(status__in=[ScoreStatus.SCORED.value, ScoreStatus.PROVISIONAL.value], score__isnull=False),
                name="result_score_status_iff_score",
            ),
            models.CheckConstraint(
                condition=models.Q(band__in=["", *[band.value for band in Band]]), name="result_score_band_known"
            ),
            models.CheckConstraint(
                condition=models.Q(view__in=["domain", "takeaway", "cfir", "shared"]), name="result_score_view_known"
            ),
            models.CheckConstraint(
                condition=models.Q(n_items=models.F("n_applicable") + models.F("n_not_applicable"))
                & models.Q(
                    n_applicable=models.F("n_valid")
                    + models.F("n_dont_know")
                    + models.F("n_blank")
                    + models.F("n_no_agreement")
                ),
                name="result_score_counts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.view} {self.key}"


class ReleaseRow(models.Model):
    """One topic of what the therapists said as a group: a value, a band, or nothing. All that is kept of their answers.

    `value` and `bound` are 0-100, multiples of 5; `n` means "at least n people". A withheld row is empty, whatever the
    reason.
    """

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="release_rows")
    scale = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10)
    value = models.PositiveSmallIntegerField(null=True)
    side = models.CharField(max_length=10, blank=True)
    bound = models.PositiveSmallIntegerField(null=True)
    n = models.PositiveSmallIntegerField(null=True)

    guard: ClassVar = _OF_FROZEN

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["result", "scale"], name="release_row_once"),
            # A database takes a comparison with null for kept, so each figure is also asked to be there.
            models.CheckConstraint(
                condition=models.Q(status="withheld", value__isnull=True, side="", bound__isnull=True, n__isnull=True)
                | models.Q(
                    status="shown",
                    value__isnull=False,
                    side="",
                    bound__isnull=True,
                    n__isnull=False,
                    n__gte=MIN_PEOPLE,
                )
                | models.Q(
                    status="shown",
                    value__isnull=True,
                    side__in=[side.value for side in Side],
                    bound__isnull=False,
                    n__isnull=False,
                    n__gte=MIN_PEOPLE,
                ),
                name="release_row_value_or_band_or_nothing",
            ),
            models.CheckConstraint(
                condition=(models.Q(value__isnull=True) | models.Q(value__lte=100))
                & (models.Q(bound__isnull=True) | models.Q(bound__lte=100)),
                name="release_row_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scale} {self.status}"


class ResultFlag(models.Model):
    """A frozen flag, in its rank."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="flags")
    key = models.CharField(max_length=60)
    level = models.CharField(max_length=5)
    domain = models.CharField(max_length=40)
    items = models.JSONField()
    position = models.PositiveSmallIntegerField()

    guard: ClassVar = _OF_FROZEN

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["result", "key", "domain"], name="result_flag_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=[level.value for level in Level]), name="result_flag_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.level}"
