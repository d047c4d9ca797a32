"""What helps this person, and how sure that is."""

from unpinch.learning.beliefs import Belief, Beliefs, DayRecord, Exposure, Trend
from unpinch.learning.filter import Info, State, initial, update
from unpinch.learning.layout import LearningError
from unpinch.learning.learn import conclude, learn

__all__ = [
    "Belief",
    "Beliefs",
    "DayRecord",
    "Exposure",
    "Info",
    "LearningError",
    "State",
    "Trend",
    "conclude",
    "initial",
    "learn",
    "update",
]
