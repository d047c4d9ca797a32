"""The project's own tools: setup, checks, locks. No part of the installed program."""
