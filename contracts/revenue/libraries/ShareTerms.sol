// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IRevenueShare} from "../../interfaces/IRevenueShare.sol";

/// @title Terms of a share as immutable arguments of its clone
/// @notice What never changes lies behind the clone's code instead of in storage. Packed to 90 bytes, most read first:
///
///     word 0   cardId 64 | number 16 | supply 80 | saleEnd 40 | term 40 | upfrontBps 16
///     word 1   price 128 | minimumRaise 128
///     word 2   promisedRevenue 128 | floorRate 64 | floorDecayBps 16 | nothing 48
///
/// @dev The views read the code of the executing contract, which must be a clone made with `pack`. Narrowing casts of a read
/// word cut a field out of it on purpose.
library ShareTerms {
    using SafeCast for uint256;

    /// @notice Length of the packed arguments in bytes.
    uint256 internal constant LENGTH = 90;
    /// @notice Length of a clone's own code, before its arguments, in bytes.
    uint256 internal constant CODE = 45;

    function pack(
        uint256 cardId,
        uint16 number,
        IRevenueShare.Terms calldata terms
    ) internal pure returns (bytes memory) {
        return
            bytes.concat(
                abi.encodePacked(
                    cardId.toUint64(),
                    number,
                    uint256(terms.supply).toUint80(),
                    terms.saleEnd,
                    terms.term,
                    terms.upfrontBps
                ),
                abi.encodePacked(
                    terms.price,
                    terms.minimumRaise,
                    terms.promisedRevenue,
                    terms.floorRate,
                    terms.floorDecayBps
                )
            );
    }

    function all() internal view returns (IRevenueShare.Terms memory) {
        (uint256 first, uint256 second, uint256 third) = (_word(0), _word(1), _word(2));
        return
            IRevenueShare.Terms({
                supply: uint80(first >> 96),
                price: uint128(second >> 128),
                minimumRaise: uint128(second),
                promisedRevenue: uint128(third >> 128),
                floorRate: uint64(third >> 64),
                floorDecayBps: uint16(third >> 48),
                upfrontBps: uint16(first),
                saleEnd: uint40(first >> 56),
                term: uint40(first >> 16)
            });
    }

    /// @notice The card and the share's revenue number.
    function identity() internal view returns (uint256 cardId, uint16 number) {
        uint256 first = _word(0);
        return (first >> 192, uint16(first >> 176));
    }

    function supply() internal view returns (uint256) {
        return uint80(_word(0) >> 96);
    }

    function saleEnd() internal view returns (uint40) {
        return uint40(_word(0) >> 56);
    }

    function term() internal view returns (uint40) {
        return uint40(_word(0) >> 16);
    }

    function upfrontBps() internal view returns (uint16) {
        return uint16(_word(0));
    }

    function price() internal view returns (uint256) {
        return _word(1) >> 128;
    }

    function minimumRaise() internal view returns (uint256) {
        return uint128(_word(1));
    }

    function promisedRevenue() internal view returns (uint256) {
        return _word(2) >> 128;
    }

    function _word(uint256 index) private view returns (uint256 word) {
        // Copies into scratch space; what lies beyond the end of the code reads as zero.
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, add(CODE, shl(5, index)), 0x20)
            word := mload(0x00)
        }
    }
}
