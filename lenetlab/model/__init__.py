"""A Keras model as plain data: described, its activations sampled, built again."""
