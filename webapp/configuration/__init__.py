"""The configuration of a division as a person sees it: its form, what there is to choose from, the preview, its
history, and the ways in from a file or from another division."""
