"""Write the script of a session from its plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unpinch.care.decision import Lock, Plan, PlannedDose, PlannedExercise
from unpinch.care.duration import (
    Place,
    arrival_seconds,
    fetched,
    place_of,
    read_aloud,
    rest_seconds,
    set_seconds,
    switch_seconds,
    tempo_of,
)
from unpinch.journal.kinds import Planned
from unpinch.knowledge import Knowledge
from unpinch.knowledge.kinds import Side
from unpinch.knowledge.models import Exercise, Tempo, Variant
from unpinch.knowledge.words import Value, say
from unpinch.session.lines import OTHER, Lines, sided
from unpinch.session.script import VERSION, Script, ScriptExercise, ScriptStep, StepKind, Thing, Version


def build(plan: Plan, knowledge: Knowledge, *, decision: str = "", locks: Sequence[Lock] = ()) -> Script:
    """Write a plan out as a timed script.

    Pure and deterministic. All sets of one side come first, then all of the other: a person in
    pain turns round once. The seconds are those that `unpinch.care.duration` gave the planner.

    Parameters
    ----------
    plan
        Today's session.
    knowledge
        What is known; its ``timing`` holds every second that is no exercise.
    decision
        Digest of the Decision that the plan belongs to.
    locks
        ``Clearance.locks``; an easier version that is locked is not offered.

    Raises
    ------
    KeyError
        When the plan names an exercise, a variant or equipment that is not known.
    unpinch.session.lines.SideMissingError
        When an exercise that is done on one side was planned without sides.
    """
    writer = _Writer(knowledge)
    exercises: list[ScriptExercise] = []
    before: Place | None = None
    for stop_no, planned in enumerate(plan.exercises, start=1):
        exercise = knowledge.exercises[planned.exercise]
        first_step = len(writer.steps)
        writer.begin(exercise, planned, stop_no)
        before = writer.arrive(before)
        writer.work()
        exercises.append(_facts(exercise, planned, knowledge, first_step, writer.ask(), locks))
    writer.finish()
    return Script(
        version=VERSION,
        decision=decision,
        exercises=tuple(exercises),
        steps=tuple(writer.steps),
        seconds=sum(step.seconds for step in writer.steps),
        plan=tuple(_planned(planned) for planned in plan.exercises),
    )


class _Writer:
    """Writes one exercise after the other; holds what all steps of an exercise share."""

    exercise: Exercise
    planned: PlannedExercise
    variant: Variant
    name: str
    sides: tuple[Side | None, ...]

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.timing = knowledge.timing
        self.steps: list[ScriptStep] = []
        self.stop_no = 0

    def begin(self, exercise: Exercise, planned: PlannedExercise, stop_no: int) -> None:
        """Turn to the next exercise of the plan."""
        self.exercise, self.planned, self.stop_no = exercise, planned, stop_no
        self.variant = exercise.variant(planned.variant)
        self.name = _name(exercise, self.variant)
        self.sides = planned.sides or (None,)

    def arrive(self, before: Place | None) -> Place:
        """Tell what comes next, and give time to get there; return the place."""
        place = place_of(self.exercise, self.variant.id)
        side, new = self.sides[0], self.planned.new
        lines = self._lines().at(0, "session.say.next" if before else "session.say.first", name=self.name)
        for thing in fetched(place, before):
            equipment = self.knowledge.equipment[thing]
            lines.then(self._say("session.say.equipment", thing=_in_a_sentence(equipment.name)))
            if new:
                lines.then(equipment.safety)
        read = read_aloud(self.variant, new=new)
        for line in read:
            lines.then(sided(line, side, self.knowledge.words))
        where = self._say(f"session.place.{place.position}")
        self._step(
            "next",
            arrival_seconds(place, self.timing, before=before, new=new, read=read),
            self._say("session.caption.next", name=self.name, place=where),
            lines,
            side,
        )
        return place

    def work(self) -> None:
        """Write every set of every side, with what lies between them."""
        place = place_of(self.exercise, self.variant.id)
        sets = self.planned.dose.sets
        for turn, side in enumerate(self.sides):
            if turn == 0:
                self._get_ready(side)
            else:
                self._switch(side, switch_seconds(place, self.timing))
            for set_no in range(1, sets + 1):
                self._set(side, set_no)
                if set_no < sets:
                    self._rest(side, set_no + 1)

    def ask(self) -> int:
        """Ask how it was; return the number of the step."""
        lines = self._lines().at(0, "session.say.ask")
        self._step("ask", 0, self._say("session.caption.ask"), lines, None)
        return len(self.steps) - 1

    def finish(self) -> None:
        """End the session."""
        lines = self._lines().at(0, "session.say.finish")
        self.steps.append(
            ScriptStep(
                no=len(self.steps),
                kind="finish",
                seconds=0,
                word=self._say("session.word.finish"),
                caption=self._say("session.caption.finish"),
                cues=lines.cues,
            )
        )

    def _get_ready(self, side: Side | None) -> None:
        seconds = self.timing.get_ready_s
        lines = self._lines()
        if side is None:
            lines.at(0, "session.say.ready")
        else:
            lines.at(0, "session.say.ready_side", Side=self._side(side).capitalize())
        lines.count_down(seconds)
        self._step("get_ready", seconds, self._begin_at(side), lines, side, count_in=True)

    def _switch(self, side: Side | None, seconds: float) -> None:
        assert side is not None, "only an exercise with sides switches"
        lines = self._lines().at(0, "session.say.switch", side=self._side(side))
        until = seconds - self.timing.count_in * self.timing.count_in_step_s
        begin = self._begin_at(side)
        if begin != self._begin_at(OTHER[side]) and lines.fits(begin, until):
            lines.then(begin)
        lines.count_down(seconds)
        caption = self._say("session.caption.switch", side=self._side(side))
        self._step("switch", seconds, caption, lines, side, count_in=True)

    def _rest(self, side: Side | None, set_no: int) -> None:
        dose = self.planned.dose
        seconds = rest_seconds(dose, self.timing)
        lines = self._lines().at(0, "session.say.rest")
        until = seconds - self.timing.count_in * self.timing.count_in_step_s
        ready = self._say("session.say.ready_set", set_no=set_no, sets=dose.sets)
        for line in (self._say("session.say.check"), ready):
            if lines.fits(f"{line} {ready}" if line != ready else ready, until):
                lines.then(line)
        lines.count_down(seconds)
        caption = self._say("session.caption.rest", set_no=set_no, sets=dose.sets)
        self._step("rest", seconds, caption, lines, side, set_no=set_no, count_in=True)

    def _set(self, side: Side | None, set_no: int) -> None:
        dose, exercise = self.planned.dose, self.exercise
        seconds = set_seconds(exercise.tempo, dose)
        tips = tuple(sided(tip, side, self.knowledge.words) for tip in exercise.cues_of(self.variant.id))
        how = _how(self.variant, side, self.knowledge)
        caption = tips[(set_no - 1) % len(tips)] if tips else how[-1] if how else ""
        if dose.minutes is not None:
            self._step("go", seconds, caption, self._minutes(seconds), side, set_no=set_no)
        elif dose.reps is not None:
            tempo = tempo_of(exercise.tempo, dose)
            lines = self._repetitions(dose.reps, tempo)
            self._step("count", seconds, caption, lines, side, set_no=set_no, tempo=tempo, reps=dose.reps)
        else:
            self._step("hold", seconds, caption, self._held(seconds, caption), side, set_no=set_no)

    def _minutes(self, seconds: float) -> Lines:
        lines = self._lines()
        minutes = seconds / 60
        if minutes == 1:
            lines.at(0, "session.say.go_minute")
        elif minutes == int(minutes):
            lines.at(0, "session.say.go_minutes", minutes=minutes)
        else:
            lines.at(0, "session.say.go_seconds", seconds=seconds)
        if seconds >= self.timing.halfway_from_s:
            lines.at(seconds / 2, "session.say.halfway")
        if seconds > self.timing.last_minute_from_s:
            lines.at(seconds - 60, "session.say.last_minute")
        return self._end(lines, seconds)

    def _held(self, seconds: float, tip: str) -> Lines:
        lines = self._lines().at(0, "session.say.hold")
        halfway = seconds >= self.timing.halfway_from_s
        if halfway and lines.fits(tip, seconds / 2):
            lines.then(tip)
        if halfway:
            lines.at(seconds / 2, "session.say.halfway_hold")
        return self._end(lines, seconds)

    def _end(self, lines: Lines, seconds: float) -> Lines:
        return lines.count_down(seconds) if seconds >= self.timing.end_count_from_s else lines

    def _repetitions(self, reps: int, tempo: Tempo) -> Lines:
        """Count each repetition where it turns; in a fast tempo only every second or third one."""
        lines = self._lines()
        every = 1
        while every * tempo.rep_s < self.timing.count_gap_s:
            every += 1
        held = tempo.hold_s >= self.timing.hold_words_from_s
        if tempo.out_s >= self.timing.count_gap_s:
            lines.at(0, "session.say.go")
        for number in range(every, reps + 1, every):
            start = (number - 1) * tempo.rep_s
            top = start + tempo.out_s
            if held:
                number_word = self.knowledge.words.get(f"session.number.{number}", str(number))
                lines.at(top, "session.say.hold_rep", number=number_word)
                lines.at(top + tempo.hold_s, "session.say.back")
            else:
                lines.number(top, number)
            if 1 < number == reps and tempo.out_s >= self.timing.count_gap_s:
                lines.at(start, "session.say.last_rep")
        return lines

    def _step(
        self,
        kind: StepKind,
        seconds: float,
        caption: str,
        lines: Lines,
        side: Side | None,
        *,
        set_no: int = 0,
        count_in: bool = False,
        tempo: Tempo | None = None,
        reps: int | None = None,
    ) -> None:
        self.steps.append(
            ScriptStep(
                no=len(self.steps),
                kind=kind,
                seconds=seconds,
                word=self._say(f"session.word.{kind}"),
                caption=caption,
                exercise=self.exercise.id,
                stop_no=self.stop_no,
                variant=self.variant.id,
                movement=self.variant.movement,
                side=side,
                set_no=set_no,
                sets=self.planned.dose.sets if set_no else 0,
                reps=reps,
                rep_s=tempo.rep_s if tempo else None,
                out_s=tempo.out_s if tempo else None,
                hold_s=tempo.hold_s if tempo else None,
                back_s=tempo.back_s if tempo else None,
                rest_s=tempo.rest_s if tempo else None,
                count_in=self.timing.count_in if count_in else 0,
                cues=lines.cues,
            )
        )

    def _lines(self) -> Lines:
        return Lines(self.timing, self.knowledge.words)

    def _say(self, key: str, **values: Value) -> str:
        return say(self.knowledge.words, key, **values).text

    def _side(self, side: Side) -> str:
        return self._say(f"session.side.{side}")

    def _begin_at(self, side: Side | None) -> str:
        """Where to begin, in a few words."""
        return " ".join(
            sided(line, side, self.knowledge.words) for line in read_aloud(self.variant, new=False)
        )


def _facts(
    exercise: Exercise,
    planned: PlannedExercise,
    knowledge: Knowledge,
    first_step: int,
    ask_step: int,
    locks: Iterable[Lock],
) -> ScriptExercise:
    variant = exercise.variant(planned.variant)
    side = planned.sides[0] if planned.sides else None
    easier = _easier(exercise, planned, knowledge, locks)
    strengthens = exercise.kind == "strengthen"
    return ScriptExercise(
        exercise=exercise.id,
        variant=variant.id,
        rung=planned.rung,
        name=_name(exercise, variant),
        position=planned.position,
        movement=variant.movement,
        sides=planned.sides,
        how=_how(variant, side, knowledge),
        how_by_side={each: _how(variant, each, knowledge) for each in planned.sides},
        equipment=tuple(
            Thing(name=info.name, safety=info.safety)
            for info in (knowledge.equipment[thing] for thing in variant.equipment)
        ),
        cues=tuple(sided(cue, side, knowledge.words) for cue in exercise.cues_of(variant.id)),
        mistakes=tuple(sided(mistake, side, knowledge.words) for mistake in exercise.mistakes),
        stops=tuple(knowledge.stops[stop].text for stop in exercise.stops),
        why=planned.why.text,
        first_step=first_step,
        ask_step=ask_step,
        ask_effort=strengthens,
        ask_two_more=strengthens and planned.dose.reps is not None,
        easier=easier.variant if easier else None,
        easier_version=easier,
    )


def _easier(
    exercise: Exercise, planned: PlannedExercise, knowledge: Knowledge, locks: Iterable[Lock]
) -> Version | None:
    """Return the next easier variant that is open and needs nothing that is not at hand."""
    order = [variant.id for variant in exercise.variants]
    current = exercise.variant(planned.variant)
    at_hand = {thing for thing, info in knowledge.equipment.items() if info.usual} | set(current.equipment)
    limits = [frozenset(lock.limit_to) for lock in locks if lock.exercise == exercise.id]
    side = planned.sides[0] if planned.sides else None
    for variant in reversed(exercise.variants[: order.index(current.id)]):
        open_here = variant.unlock is None and all(variant.id in limit for limit in limits)
        if open_here and at_hand.issuperset(variant.equipment):
            rungs = [no for no, rung in enumerate(exercise.ladder) if rung.variant == variant.id]
            return Version(
                variant=variant.id,
                rung=max((no for no in rungs if no <= planned.rung), default=0),
                name=_name(exercise, variant),
                movement=variant.movement,
                how=_how(variant, side, knowledge),
                how_by_side={each: _how(variant, each, knowledge) for each in planned.sides},
            )
    return None


def _how(variant: Variant, side: Side | None, knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(sided(line, side, knowledge.words) for line in variant.how)


def _in_a_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]


def _name(exercise: Exercise, variant: Variant) -> str:
    return variant.name or exercise.name


def _planned(planned: PlannedExercise) -> Planned:
    dose: PlannedDose = planned.dose
    return Planned(
        exercise=planned.exercise,
        variant=planned.variant,
        rung=planned.rung,
        sets=dose.sets,
        reps=dose.reps,
        hold_s=dose.hold_s,
        minutes=dose.minutes,
        sides=planned.sides,
    )
