"""What is known: exercises, questions, rules and sources, as data with its provenance."""

from unpinch.knowledge.knowledge import Knowledge
from unpinch.knowledge.loader import KnowledgeError, load
from unpinch.knowledge.words import Words, say

__all__ = ["Knowledge", "KnowledgeError", "Words", "load", "say"]
