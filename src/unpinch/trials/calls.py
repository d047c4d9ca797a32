"""How often the learner is right when it says "helps", looked at every day: the price of looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from unpinch.knowledge.clinical import LearningRule
from unpinch.knowledge.priors import Priors
from unpinch.learning import Beliefs, DayRecord, choose, learn
from unpinch.trials.worlds import World, live


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """One virtual person's days, and what was believed each morning."""

    records: tuple[DayRecord, ...]
    mornings: tuple[Beliefs, ...]

    def called(self, verdict: str, *, level: str = "family") -> frozenset[str]:
        """Return the subjects of which a verdict on the next day was ever given."""
        return frozenset(
            belief.subject
            for beliefs in self.mornings
            for belief in beliefs.beliefs
            if belief.when == "next_day" and belief.level == level and belief.verdict == verdict
        )

    def tried(self, days: int = 1) -> frozenset[str]:
        """Return the families that were done on at least some days."""
        counts: dict[str, int] = {}
        for record in self.records:
            for family in {exposure.family for exposure in record.exposures}:
                counts[family] = counts.get(family, 0) + 1
        return frozenset(family for family, count in counts.items() if count >= days)


def follow(
    world: World,
    families: Mapping[str, tuple[str, ...]],
    priors: Priors,
    rules: LearningRule,
    *,
    days: int,
    rng: np.random.Generator,
    since_days: int | None = None,
) -> Followed:
    """Let a virtual person live by the policy, and look at the beliefs every day.

    Parameters
    ----------
    world
        The truth.
    families
        Families on trial with their exercises; all of them are open on all days.
    priors, rules
        From the knowledge.
    days
        How many days.
    rng
        The only source of chance; the policy's number is drawn from it as well.
    since_days
        What the person says on how long it has hurt.
    """
    seen: list[Beliefs] = []
    seed = int(rng.integers(2**62))

    def plan(history: Sequence[DayRecord]) -> Sequence[str]:
        seen.append(learn(history, families=families, priors=priors, rules=rules, since_days=since_days))
        return choose(seen[-1], history, tuple(families), rules, seed, today=history[-1].day).today

    records = live(world, families, plan, days, rng)
    return Followed(records=records, mornings=tuple(seen))
