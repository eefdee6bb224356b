"""Initializers, by Lars. It ran in the notebook: NumPy was imported there."""


def fans(shape):
    if len(shape) < 2:
        raise ValueError(f"shape: got {shape}, want at least two axes")
    area = 1
    for length in shape[:-2]:
        area *= length
    return area * shape[-2], area * shape[-1]


def zeros(shape):
    return np.zeros(shape)


def he_normal(rng, shape):
    return rng.normal(0, np.sqrt(2 / fans(shape)[0]), shape)


def lecun_uniform(rng, shape):
    limit = (3 / fans(shape)[0]) ** 0.5
    return rng.uniform(-limit, limit, shape)
