"""One file a topic, in folders by lecture: the only place that knows both a dataset and a model."""
