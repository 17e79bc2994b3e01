"""Trees and proofs of RFC 6962, against the recursive definition and with anything altered."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ballots.merkle import EMPTY, consistency, grown, included, inclusion, leaf_hash, node, root_of, tree_hash


def by_definition(leaves: list[bytes]) -> bytes:
    """Gives MTH as RFC 6962, 2.1 writes it down."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = max(1 << n for n in range(12) if 1 << n < len(leaves))
    return sha256(b"\1" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def test_a_published_vector() -> None:
    """The eight leaves and roots of the test data of Certificate Transparency (RFC 6962's own implementation)."""
    leaves = [bytes.fromhex(words) for words in ("", "00", "10", "2021", "3031", "40414243")]
    assert tree_hash(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree_hash(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert tree_hash(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert tree_hash([]) == EMPTY


def test_every_tree_is_that_of_the_definition_and_every_proof_holds() -> None:
    leaves = [bytes([n]) for n in range(34)]
    for size in range(1, len(leaves)):
        hashes = [leaf_hash(leaf) for leaf in leaves[:size]]
        root = root_of(hashes)
        assert root == by_definition(leaves[:size])
        for at in range(size):
            assert included(hashes[at], at, size, inclusion(hashes, at)) == root
        for earlier in range(1, size + 1):
            then = root_of(hashes[:earlier])
            assert grown(then, earlier, size, consistency(hashes, earlier)) == (then, root)


@settings(deadline=None)
@given(st.integers(2, 40), st.data())
def test_no_proof_holds_for_another_leaf_or_place(size: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(bytes([n])) for n in range(size)]
    at, other = data.draw(st.permutations(range(size)))[:2]
    proof, root = inclusion(hashes, at), root_of(hashes)
    assert included(hashes[other], at, size, proof) != root
    assert included(hashes[at], other, size, proof) != root
    assert included(hashes[at], at, size, proof[:-1]) != root
    earlier = data.draw(st.integers(1, size - 1))
    wrong = node(b"", root_of(hashes[:earlier]))
    assert grown(wrong, earlier, size, consistency(hashes, earlier)) != (wrong, root)
