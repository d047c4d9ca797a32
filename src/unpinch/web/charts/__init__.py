"""Pictures of numbers, drawn as SVG on the server: classes and attributes only, no styles."""
