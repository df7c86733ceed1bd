// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What is known on chain of signed orders
/// @notice Eight bits per maker and salt, 32 orders a word: cards taken so far, or `CANCELLED`. Nothing is keyed by the bytes of a
/// signature or a hash, so other encodings of a signature change nothing; two orders of one maker and salt are alternatives.
library OrderBook {
    /// @dev A struct, so that a word is looked up once to be read and written.
    struct Word {
        uint256 lanes;
    }

    struct State {
        mapping(address maker => uint256) counters;
        mapping(address maker => mapping(uint256 index => Word)) words;
    }

    uint8 internal constant CANCELLED = 255;

    function get(State storage self, address maker, uint256 salt) internal view returns (uint8) {
        return uint8(self.words[maker][salt >> 5].lanes >> _shift(salt));
    }

    function set(State storage self, address maker, uint256 salt, uint8 value) internal {
        Word storage word = self.words[maker][salt >> 5];
        uint256 shift = _shift(salt);
        word.lanes = (word.lanes & ~(uint256(0xff) << shift)) | (uint256(value) << shift);
    }

    /// @return done whether the order was not cancelled before
    function cancel(State storage self, address maker, uint256 salt) internal returns (bool done) {
        Word storage word = self.words[maker][salt >> 5];
        (uint256 lanes, uint256 cancelled) = (word.lanes, uint256(CANCELLED) << _shift(salt));
        done = lanes & cancelled != cancelled;
        if (done) word.lanes = lanes | cancelled; // all eight bits
    }

    function _shift(uint256 salt) private pure returns (uint256) {
        return (salt & 31) << 3;
    }
}
