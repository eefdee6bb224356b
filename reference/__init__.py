"""The ground truth: forward functions in array-API style; every gradient is PyTorch autograd's."""
