// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRentalMarket} from "../../interfaces/IRentalMarket.sol";

/// @title EIP-712 struct hashes of asks and bids
/// @notice `abi.encode` of every member in order, nothing packed. All members are static, so that is how an order lies in calldata,
/// and it is hashed as it came. Bits that are not part of a member make another hash, and reading the member refuses them.
library Orders {
    bytes32 internal constant ASK_TYPEHASH = keccak256(
        "Ask(address operator,uint256 cardId,uint32 epoch,uint64 ratePerSecond,uint16 minThousandths,uint32 minDuration,uint32 maxDuration,uint8 priorityTier,uint40 openFrom,uint40 validUntil,uint256 counter,uint256 salt)"
    );
    bytes32 internal constant BID_TYPEHASH = keccak256(
        "Bid(address renter,uint256 models,uint256 regions,uint16 thousandths,uint8 quantity,uint8 minQuantity,bool sameHost,uint64 maxRatePerSecond,uint32 duration,bool payInToken,uint128 maxTokenIn,address matcher,uint40 exclusiveUntil,uint96 matcherFee,bytes32 accessKeyHash,uint40 validUntil,uint256 counter,uint256 salt)"
    );

    function hash(IRentalMarket.Ask calldata ask) internal pure returns (bytes32 result) {
        bytes32 typehash = ASK_TYPEHASH;
        // Typehash and the 12 words of an ask, behind the memory in use.
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            calldatacopy(add(pointer, 0x20), ask, 0x180)
            result := keccak256(pointer, 0x1a0)
        }
    }

    function hash(IRentalMarket.Bid calldata bid) internal pure returns (bytes32 result) {
        bytes32 typehash = BID_TYPEHASH;
        // Typehash and the 18 words of a bid, behind the memory in use.
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            calldatacopy(add(pointer, 0x20), bid, 0x240)
            result := keccak256(pointer, 0x260)
        }
    }
}
