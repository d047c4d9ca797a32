"""How a session is guided: a plan written out as a timed script of steps, cues, sides and counts."""

from unpinch.session.build import build
from unpinch.session.script import VERSION, WORK, Cue, Script, ScriptExercise, ScriptStep, Thing, Version

__all__ = ["VERSION", "WORK", "Cue", "Script", "ScriptExercise", "ScriptStep", "Thing", "Version", "build"]
