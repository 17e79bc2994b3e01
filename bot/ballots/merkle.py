"""Merkle trees after RFC 6962, section 2.1: one hash for a list, and short proofs of what is in it.

A leaf hashes with a byte 0 in front, a node with a byte 1, so that neither can be taken for the other; a list is split
at the largest power of two below its length.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
Proof = tuple[bytes, ...]


def leaf_hash(leaf: bytes) -> bytes:
    """Gives the hash of one leaf."""
    return sha256(b"\0" + leaf).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Gives the hash of two subtrees."""
    return sha256(b"\1" + left + right).digest()


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """Gives the hash of a list of leaves (MTH of RFC 6962, 2.1)."""
    return root_of([leaf_hash(leaf) for leaf in leaves])


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Gives the hash of a tree from the hashes of its leaves, level by level.

    A level with an odd number hands its last hash up as it is, which gives the same tree as the split at the largest
    power of two, without going as deep as the list is long.
    """
    level = list(hashes)
    while len(level) > 1:
        pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) & ~1 :]
    return level[0] if level else EMPTY


def split(size: int) -> int:
    """Gives the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(hashes: Sequence[bytes], at: int) -> Proof:
    """Proves that the leaf `at` is in the tree: the hashes beside its path, from the leaf up (RFC 6962, 2.1.1)."""
    if len(hashes) <= 1:
        return ()
    k = split(len(hashes))
    if at < k:
        return (*inclusion(hashes[:k], at), root_of(hashes[k:]))
    return (*inclusion(hashes[k:], at - k), root_of(hashes[:k]))


def included(leaf: bytes, at: int, size: int, proof: Proof) -> bytes | None:
    """Gives the root to which a proof leads from the hash of a leaf, or None where it cannot be one of this size."""
    if not 0 <= at < size:
        return None
    if size == 1:
        return leaf if not proof else None
    if not proof:
        return None
    k = split(size)
    low = included(leaf, at, k, proof[:-1]) if at < k else included(leaf, at - k, size - k, proof[:-1])
    if low is None:
        return None
    return node(low, proof[-1]) if at < k else node(proof[-1], low)


def consistency(hashes: Sequence[bytes], earlier: int) -> Proof:
    """Proves that the first `earlier` leaves (at least one) are those of an earlier tree (RFC 6962, 2.1.2)."""
    return subproof(hashes, earlier, whole=True)


def subproof(hashes: Sequence[bytes], earlier: int, *, whole: bool) -> Proof:
    """Gives SUBPROOF of RFC 6962, 2.1.2; `whole` while the subtree is the whole earlier tree, whose root is known."""
    if earlier == len(hashes):
        return () if whole else (root_of(hashes),)
    k = split(len(hashes))
    if earlier <= k:
        return (*subproof(hashes[:k], earlier, whole=whole), root_of(hashes[k:]))
    return (*subproof(hashes[k:], earlier - k, whole=False), root_of(hashes[:k]))


def grown(root: bytes, earlier: int, size: int, proof: Proof) -> tuple[bytes, bytes] | None:
    """Gives the roots (earlier, later) to which a consistency proof leads, or None where it fits no such sizes.

    `root` is the earlier root; the proof holds where the first of the two is that root, and the second the later one.
    """
    if not 0 < earlier <= size:
        return None
    return joined(root, earlier, size, proof, whole=True)


def joined(root: bytes, earlier: int, size: int, proof: Proof, *, whole: bool) -> tuple[bytes, bytes] | None:
    """Follows SUBPROOF from the end, and gives both roots of one subtree."""
    if earlier == size:
        if whole:
            return (root, root) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k, beside = split(size), proof[-1]
    low = earlier <= k
    below = (earlier, k) if low else (earlier - k, size - k)
    roots = joined(root, *below, proof[:-1], whole=whole and low)
    if roots is None:
        return None
    return (roots[0], node(roots[1], beside)) if low else (node(beside, roots[0]), node(beside, roots[1]))
