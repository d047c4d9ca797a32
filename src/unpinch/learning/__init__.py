"""What helps this person, and how sure that is."""

from unpinch.learning.beliefs import Belief, Beliefs, DayRecord, Exposure, Trend
from unpinch.learning.filter import Info, State, initial, update
from unpinch.learning.layout import LearningError
from unpinch.learning.learn import conclude, learn
from unpinch.learning.policy import Choice, choose

__all__ = [
    "Belief",
    "Beliefs",
    "Choice",
    "DayRecord",
    "Exposure",
    "Info",
    "LearningError",
    "State",
    "Trend",
    "choose",
    "conclude",
    "initial",
    "learn",
    "update",
]
