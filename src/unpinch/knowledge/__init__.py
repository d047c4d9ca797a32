"""What is known: exercises, questions, rules and sources, as data with its provenance."""

from unpinch.knowledge.loader import Knowledge, KnowledgeError, load
from unpinch.knowledge.words import Words, say

__all__ = ["Knowledge", "KnowledgeError", "Words", "load", "say"]
