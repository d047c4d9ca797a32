"""Which exercises may be planned today, how worthy each is, and why: what the planner gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from unpinch.care.access import GENTLE
from unpinch.care.decision import Finding, Lock
from unpinch.care.dosing import Standing
from unpinch.care.duration import set_seconds
from unpinch.care.opened import WEEK, Opened, Scene, groups_of
from unpinch.care.planning import Candidate, Limits, PlanKind, is_new
from unpinch.knowledge import Knowledge, Words, say
from unpinch.knowledge.kinds import Light, Side
from unpinch.knowledge.models import Exercise
from unpinch.knowledge.planning import Goal
from unpinch.learning.beliefs import Belief
from unpinch.learning.policy import Choice


def limits_of(scene: Scene) -> Limits:
    """Return what today's session must keep to: minutes, number, effort, new exercises."""
    knowledge, rules = scene.knowledge, scene.knowledge.rules
    told = scene.person.profile.minutes_a_day
    minutes = float(told) if told is not None else knowledge.planning.minutes_default
    minutes = min(minutes, float(rules.adherence.session_minutes_max))
    wishes = _wishes(scene)
    few = "minimum_day" in wishes
    flare = next((notice for notice in scene.notices if notice.outcome == "flare"), None)
    first_days = flare is not None and int(flare.saw["days"] or 0) <= rules.flare.easy_days
    easily = irritability(scene)
    count, effort = rules.adherence.exercises_max, None
    if easily == "high":
        count, effort = rules.irritability.high_exercises_max, rules.irritability.moderate_effort_max
    elif easily == "moderate":
        count, effort = rules.irritability.moderate_exercises_max, rules.irritability.moderate_effort_max
    if few:
        count, minutes = 1, min(minutes, knowledge.planning.minutes_minimum)
    because = "usual" if easily == "low" else "leg"
    if "worse_today" in wishes:
        because = "easy"
    elif easily == "high":
        because = "irritable"
    elif first_days:
        because = "flare"
    gentle_only = because not in {"usual", "leg"}
    kind: PlanKind = "easy" if gentle_only else "minimum" if few else "full"
    return Limits(
        minutes=minutes,
        exercises_max=count,
        new_max=0 if kind != "full" or flare is not None else _new_left(scene),
        effort_max=effort,
        free_minutes=minutes * (knowledge.planning.free_minutes_share if kind == "full" else 1),
        gentle_minutes=knowledge.planning.gentle_minutes,
        longer_walks=because == "usual" and not few,
        sets_factor=1.0 if flare is None or first_days else rules.flare.dose_factor,
        kind=kind,
        gentle_only=gentle_only,
        because="minimum" if few and not gentle_only else because,
    )


def irritability(scene: Scene) -> Literal["low", "moderate", "high"]:
    """R5: how easily the pain is stirred up, by the leg now and by what was last told of it."""
    rule = scene.knowledge.rules.irritability
    leg = scene.facts.leg or 0
    lately = dt.timedelta(days=scene.knowledge.rules.stale.base_days)
    settle, provoke, ratio = 0.0, 0.0, 0.0
    for at, pain in scene.person.pains:
        if scene.now - at < lately and pain.settle_min is not None and pain.provoke_min is not None:
            settle, provoke = pain.settle_min, pain.provoke_min
            ratio = settle / max(1.0, provoke)
    slow = settle > rule.high_settle_min and provoke <= rule.high_provoke_min
    if slow or ratio >= rule.high_ratio or leg >= rule.high_leg:
        return "high"
    if ratio >= rule.moderate_ratio or leg >= rule.moderate_leg:
        return "moderate"
    return "low"


def candidates(today: Opened, choice: Choice, beliefs: Sequence[Belief]) -> tuple[Candidate, ...]:
    """Return every exercise that may be planned today, in the order of the knowledge."""
    scene, limits = today.scene, today.limits
    wanted = frozenset(choice.today)
    early = not choice.on_trial and not choice.keep  # the first days: nothing is compared yet
    family_mean = {
        belief.subject: belief.mean
        for belief in beliefs
        if belief.level == "family" and belief.when == "next_day" and belief.days > 0
    }
    goals = {one.id: goal_of(one, scene.knowledge) for one in scene.knowledge.exercises.values()}
    goal_last = _goal_last(scene, goals)
    weights = scene.knowledge.planning.weights
    found = []
    for exercise in scene.knowledge.exercises.values():
        trial = scene.knowledge.families[exercise.family].on_trial
        standing = scene.standing.get(exercise.id)
        new = is_new(exercise, standing, scene.knowledge)
        if limits.gentle_only and exercise.kind not in GENTLE:
            continue
        closed_today = exercise.family not in wanted and not (early and exercise.family not in choice.dropped)
        asked_for = exercise.id in today.told and exercise.family not in choice.dropped
        if trial and closed_today and not asked_for:
            continue
        rung = today.rung.get(exercise.id)
        if rung is None or exercise.id not in today.due:
            continue
        worth = _worth(exercise, choice, family_mean, today, new=new)
        goal = goals[exercise.id]
        due = 0.0 if goal is None else _weeks(goal_last.get(goal.id), scene)
        found.append(
            Candidate(
                exercise=exercise,
                rung=rung,
                longer=_longer(exercise, rung, today),
                step=exercise.ladder[rung],
                sets_factor=(
                    scene.knowledge.rules.deload.sets_factor
                    if standing is not None and standing.halved
                    else 1.0
                ),
                sides=sides_of(exercise, scene),
                worth=worth,
                goal=None if goal is None else goal.id,
                goal_worth=weights.coverage_week * due,
                new=new,
                on_trial=exercise.family in choice.on_trial,
                light=_light(standing),
                why=_why(exercise, choice, today, new=new),
            )
        )
    return _standing_in(found, scene)


def _standing_in(found: Sequence[Candidate], scene: Scene) -> tuple[Candidate, ...]:
    """Favour what stands in for an exercise of the last days that is closed now, and say so.

    What was done beside it is nothing in its place; what the person left out needs nothing.
    """
    planning, words = scene.knowledge.planning, scene.knowledge.words
    since = scene.now - dt.timedelta(days=planning.stand_in_days)
    sessions = [
        {one.exercise for one in session.plan}
        for session in scene.person.sessions.values()
        if session.started_at is not None and session.started_at > since
    ]
    by_name = {one.exercise.id: one for one in found}
    instead: dict[str, Lock] = {}
    for lock in scene.locks:
        with_it = [plan for plan in sessions if lock.exercise in plan]
        if with_it and not lock.limit_to and lock.code != "preference":
            beside = frozenset().union(*with_it)
            others = scene.knowledge.exercises[lock.exercise].stand_ins
            other = next((name for name in others if name in by_name and name not in beside), None)
            if other is not None:
                instead.setdefault(other, lock)
    for name, lock in instead.items():
        one = by_name[name]
        key = "why.stand_in_new" if one.new else "why.stand_in"
        waiting = scene.knowledge.exercises[lock.exercise].name
        by_name[name] = msgspec.structs.replace(
            one,
            worth=one.worth + planning.weights.stand_in,
            why=say(words, key, name=waiting, why=lock.words.text),
        )
    return tuple(by_name.values())


def sides_of(exercise: Exercise, scene: Scene) -> tuple[Side, ...]:
    """Return the sides in order: the weaker first, else the easy leg first, to learn it there."""
    if not exercise.sided:
        return ()
    groups = set(groups_of(exercise, scene.knowledge))
    weaker = next(
        (
            finding.weaker
            for finding in scene.findings
            if finding.weaker is not None and groups.intersection(_tested(finding, scene.knowledge))
        ),
        None,
    )
    if weaker is not None:
        return _first(weaker)
    if scene.person.profile.side == "left":
        return _first("right")
    return _first("left")


def _first(side: Side) -> tuple[Side, Side]:
    return ("left", "right") if side == "left" else ("right", "left")


def _longer(exercise: Exercise, rung: int, today: Opened) -> tuple[int, ...]:
    """Return the higher rungs of a walk, on a day on which the leg is calm."""
    if exercise.kind != "aerobic" or not today.limits.longer_walks:
        return ()
    return tuple(higher for higher in today.rungs(exercise) if higher > rung)


def _wishes(scene: Scene) -> frozenset[str]:
    """Return what the person asked for today, and has not taken back."""
    today = scene.now.date()
    return frozenset(
        name
        for (name, _), (at, value) in scene.person.preferences.items()
        if at.date() == today and value is True
    )


def _new_left(scene: Scene) -> int:
    """Return how many new exercises today may bring.

    One a session and two a week (R6); the weekly limit counts from the start set on, or the first
    weeks would hold little but rest.
    """
    rule = scene.knowledge.rules.progress
    families = scene.knowledge.families
    this_week = [
        standing.first_at
        for name, standing in scene.standing.items()
        if standing.first_at is not None
        and scene.now - standing.first_at < WEEK
        and families[scene.knowledge.exercises[name].family].on_trial
    ]
    today = sum(at.date() == scene.now.date() for at in this_week)
    known = sum(families[scene.knowledge.exercises[name].family].on_trial for name in scene.standing)
    left = rule.new_per_week - len(this_week)
    if known < scene.knowledge.planning.start_set:
        left = max(left, 1)
    return max(0, min(rule.new_per_session - today, left))


def goal_of(exercise: Exercise, knowledge: Knowledge) -> Goal | None:
    """Return the group of the week that an exercise is for: of its first target that has one."""
    for target in exercise.targets:
        group = knowledge.muscles[target.muscle].group
        for goal in knowledge.planning.goals:
            if group in goal.groups and target.role in goal.roles:
                return goal
    return None


def _goal_last(scene: Scene, goals: Mapping[str, Goal | None]) -> dict[str, dt.datetime]:
    """Return when each group of the week last had something; ``goals`` are those of the exercises."""
    last: dict[str, dt.datetime] = {}
    for one in scene.judged:
        goal = goals.get(one.done.exercise)
        if goal is not None:
            last[goal.id] = one.at
    return last


def _tested(finding: Finding, knowledge: Knowledge) -> tuple[str, ...]:
    return knowledge.selftests[finding.test].groups


def _worth(
    exercise: Exercise,
    choice: Choice,
    family_mean: Mapping[str, float],
    today: Opened,
    *,
    new: bool,
) -> float:
    scene, limits = today.scene, today.limits
    planning = scene.knowledge.planning
    weights = planning.weights
    standing = scene.standing.get(exercise.id)
    worth = -weights.believed_point * family_mean.get(exercise.family, 0.0)
    worth += weights.keep * (exercise.family in choice.keep)
    worth += weights.today * (exercise.family in choice.today)
    worth += weights.advised * (exercise.id in today.told)
    if exercise.kind == "relief":
        hurts = limits.gentle_only or (scene.facts.leg or 0) >= planning.relief_leg
        worth += weights.relief_in_pain if hurts else weights.relief
    elif exercise.kind == "aerobic":
        # Where the minutes do for a rest or a walk, they take turns.
        last = None if standing is None else standing.last_at
        worth += weights.walking + weights.coverage_week * _weeks(last, scene)
    tested = {group for f in scene.findings if f.weaker for group in _tested(f, scene.knowledge)}
    worth += weights.finding * bool(tested.intersection(groups_of(exercise, scene.knowledge)))
    if new:
        starters = planning.starters
        place = starters.index(exercise.id) if exercise.id in starters else len(starters)
        worth += weights.starter * (1 - place / (len(starters) + 1))
        known = {scene.knowledge.exercises[name].family for name in scene.standing}
        worth += weights.new_family * (exercise.family not in known)
    rung = exercise.start if standing is None else standing.rung
    return worth - weights.minute * _minutes(exercise, rung)


def _weeks(last: dt.datetime | None, scene: Scene) -> float:
    """Return how long ago something was, in weeks, one at most; one when it never was."""
    return 1.0 if last is None else min(1.0, (scene.now - last) / WEEK)


def _minutes(exercise: Exercise, rung: int) -> float:
    """Return the bare minutes of a rung, without the way there: enough to weigh by."""
    dose = exercise.ladder[min(rung, len(exercise.ladder) - 1)].dose
    return dose.sets * set_seconds(exercise.tempo, dose) / 60


def _light(standing: Standing | None) -> Light | None:
    lights: dict[str | None, Light] = {"green": "green", "amber": "amber", "red": "red"}
    return None if standing is None else lights.get(standing.last_light)


def _why(exercise: Exercise, choice: Choice, today: Opened, *, new: bool) -> Words:
    scene = today.scene
    words, family = scene.knowledge.words, scene.knowledge.families[exercise.family]
    if exercise.id in today.told:
        return say(words, "why.advised", purpose=exercise.purpose)
    if exercise.kind == "relief":
        hurts = (scene.facts.leg or 0) >= scene.knowledge.planning.relief_leg
        return say(words, "why.relief_in_pain" if hurts else "why.relief")
    if exercise.kind == "aerobic":
        return say(words, "why.walking")
    if new:
        return say(words, "why.new", purpose=exercise.purpose)
    if exercise.family in choice.keep:
        return say(words, "why.keep", family=family.name.lower())
    if exercise.family in choice.on_trial:
        return say(words, "why.trial", purpose=exercise.purpose, family=family.name.lower())
    return say(words, "why.coverage", purpose=exercise.purpose)
