"""What is safe and due: screen, self-tests, rules, dosing, planning, and the decision."""

from unpinch.care.decide import decide

__all__ = ["decide"]
