"""The commands behind ``unpinch``, those that need a module of their own."""
