"""How weights are found: the loop, callbacks, second-order optimisers, distribution."""
