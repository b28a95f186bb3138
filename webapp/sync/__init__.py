"""The trade: pure records, parsing, mapping and states, and the steps of a pass over one division."""
