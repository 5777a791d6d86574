"""How far levels and ranks depend on choices that could have been made otherwise: methods, weights, single inputs."""
