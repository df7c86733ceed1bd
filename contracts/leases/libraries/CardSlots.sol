// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a card has earned and what runs on it.
struct Header {
    uint96 settled; // slot 0 (32 bytes); holders' revenue of the current number up to `last`
    uint40 last;
    uint64 rate; // holders' rate of the leases that run at `last`
    uint32 nextIn; // seconds after `last` in which no lease ends; a lower bound
    uint8 used; // places whose lease runs, or is over and its node and fee not paid
    uint16 number; // current revenue number
}

/// @notice A lease, at its place on the card.
struct Place {
    address renter; // slot 0 (32 bytes)
    uint64 rate;
    uint32 terms;
    address operator; // slot 1 (32 bytes)
    uint40 start;
    uint40 end;
    uint16 maxHours;
}

using CardSlots for Header global;
using CardSlots for Place global;

/// @title What a lease changes of its card: three slots, each written at once
/// @notice Assigned as a struct they would be stored member by member, with a read and a store of the slot for each.
library CardSlots {
    function write(Header storage self, Header memory header) internal {
        uint256 word = uint256(header.settled) | (uint256(header.last) << 96) | (uint256(header.rate) << 136);
        word |= (uint256(header.nextIn) << 200) | (uint256(header.used) << 232) | (uint256(header.number) << 240);
        // The members lie in this order from the lowest bit and fill the slot.
        assembly ("memory-safe") {
            sstore(self.slot, word)
        }
    }

    function write(Place storage self, Place memory place) internal {
        uint256 first = uint256(uint160(place.renter)) | (uint256(place.rate) << 160) | (uint256(place.terms) << 224);
        uint256 second = uint256(uint160(place.operator)) | (uint256(place.start) << 160);
        second |= (uint256(place.end) << 200) | (uint256(place.maxHours) << 240);
        // The members lie in this order from the lowest bit and fill both slots.
        assembly ("memory-safe") {
            sstore(self.slot, first)
            sstore(add(self.slot, 1), second)
        }
    }
}
