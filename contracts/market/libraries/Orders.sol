// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRentalMarket} from "../../interfaces/IRentalMarket.sol";

/// @title EIP-712 struct hashes of asks and bids
/// @notice `abi.encode` of every member in order, nothing packed.
library Orders {
    bytes32 internal constant ASK_TYPEHASH = keccak256(
        "Ask(address operator,uint256 cardId,uint32 epoch,uint64 ratePerSecond,uint16 minThousandths,uint32 minDuration,uint32 maxDuration,uint8 priorityTier,uint40 openFrom,uint40 validUntil,uint256 counter,uint256 salt)"
    );
    bytes32 internal constant BID_TYPEHASH = keccak256(
        "Bid(address renter,uint256 models,uint256 regions,uint16 thousandths,uint8 quantity,uint8 minQuantity,bool sameHost,uint64 maxRatePerSecond,uint32 duration,bool payInToken,uint128 maxTokenIn,address matcher,uint40 exclusiveUntil,uint96 matcherFee,bytes32 accessKeyHash,uint40 validUntil,uint256 counter,uint256 salt)"
    );

    function hash(IRentalMarket.Ask calldata ask) internal pure returns (bytes32) {
        return keccak256(abi.encode(ASK_TYPEHASH, ask));
    }

    function hash(IRentalMarket.Bid calldata bid) internal pure returns (bytes32) {
        return keccak256(abi.encode(BID_TYPEHASH, bid));
    }
}
