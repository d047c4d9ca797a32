"""The pages, one module an idea; each offers ``router``."""
