"""How many numbers a layer learns."""

from __future__ import annotations

from .checks import require_positive

__all__ = ["batch_norm_parameters", "conv_parameters", "dense_parameters", "lstm_parameters", "rnn_parameters"]


def dense_parameters(inputs: int, units: int, bias: bool = True) -> int:
    """Count the learnable parameters of a dense layer: W (inputs, units), and b (units,).

    Args:
        inputs: length of an input row, at least 1.
        units: number of outputs, at least 1.
        bias: whether there is a b.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `inputs` or `units` is below 1; the text names it.
    """
    require_positive(inputs=inputs, units=units)
    return (inputs + bias) * units


def conv_parameters(kernel: int | tuple[int, int], in_channels: int, filters: int, bias: bool = True) -> int:
    """Count the learnable parameters of a convolution: w (KH, KW, in_channels, filters), and b (filters,).

    How large the image is does not matter: the same weights are used at every place.

    Args:
        kernel: height and width of the kernel, `(KH, KW)`; an int stands for both; at least 1.
        in_channels: channels of the input, at least 1.
        filters: channels of the output, at least 1.
        bias: whether there is a b, one number per filter.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `kernel`, `in_channels` or `filters` is below 1; the text names it.
    """
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    require_positive(kernel=min(height, width), in_channels=in_channels, filters=filters)
    return (height * width * in_channels + bias) * filters


def batch_norm_parameters(channels: int) -> int:
    """Count the learnable parameters of batch norm: γ and β, one of each per channel.

    The running mean and variance are stored as well, but no gradient reaches them: they are not learned.

    Args:
        channels: C, at least 1.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `channels` is below 1.
    """
    require_positive(channels=channels)
    return 2 * channels


def rnn_parameters(features: int, units: int) -> int:
    """Count the learnable parameters of a simple recurrent layer.

        h_t = tanh(x_t W_xh + h_{t-1} W_hh + b)

    Its input is a vector of `features` numbers per step, its state h one of `units` numbers; there is one
    bias b. How long the sequence is does not matter: every step uses the same weights.

    Args:
        features: F, numbers per step, at least 1.
        units: H, numbers in the state, at least 1.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `features` or `units` is below 1; the text names it.
    """
    require_positive(features=features, units=units)
    return (features + units + 1) * units


def lstm_parameters(features: int, units: int) -> int:
    """Count the learnable parameters of an LSTM layer.

    Its input gate, forget gate, candidate and output gate each have an input kernel (F, H), a recurrent
    kernel (H, H) and one bias (H,).

    Args:
        features: F, numbers per step, at least 1.
        units: H, numbers in the state, at least 1.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `features` or `units` is below 1; the text names it.
    """
    require_positive(features=features, units=units)
    return 4 * (features + units + 1) * units
