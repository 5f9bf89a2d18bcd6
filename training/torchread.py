"""The numpy reader on top of the torch model (for labelling, and for scoring checkpoints)."""

import torch

import data as D
from reader import MoveReader


def reader(net, tok, settings=None):
    def lower(words, mask):
        with torch.no_grad():
            x, tag = net.lower(torch.as_tensor(words), torch.as_tensor(mask))
        return x.numpy(), tag.numpy()

    def upper(*given):
        with torch.no_grad():
            return [t.numpy() for t in net.upper(*(torch.as_tensor(a) for a in given))]

    def words(ids):
        with torch.no_grad():
            return net.words(torch.as_tensor(ids)).numpy()

    return MoveReader(lambda text: D.encode(tok, text), words, lower, upper, settings)
